package types

// Names of the module.
const (
	// ModuleName names the module and its messages' route.
	ModuleName = "poc"
	// StoreKey names its store.
	StoreKey = ModuleName
)
