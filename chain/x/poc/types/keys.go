package types

// Names of the module.
const (
	// TransientKey names the store that ends with each block.
	TransientKey = "transient_poc"
	// ModuleName names the module and its messages' route.
	ModuleName = "poc"
	// StoreKey names its store.
	StoreKey = ModuleName
)
