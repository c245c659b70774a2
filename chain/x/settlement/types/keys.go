package types

// Names of the module.
const (
	// ModuleName names the module, its account and its messages' route.
	ModuleName = "settlement"
	// StoreKey names its store.
	StoreKey = ModuleName
)
