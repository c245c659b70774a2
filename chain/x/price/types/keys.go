package types

// Names of the module.
const (
	// ModuleName names the module, its account and its messages' route.
	ModuleName = "price"
	// StoreKey names its store.
	StoreKey = ModuleName
)

// Prefixes of its store.
const (
	ParamsKey = 0 // -> Params
	RingKey   = 1 // -> Ring
	LatestKey = 2 // -> Latest
	QuotesKey = 3 // account -> Quote
)
