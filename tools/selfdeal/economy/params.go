package economy

// Params are the numbers of the rules, named as those of the chain.
type Params struct {
	RouterBps, DemandBps, BurnBps uint64 // of the base of a settlement
	ItemFee, MinStep              uint64 // DC
	MintCap                       uint64 // DC that all of a coalition's accounts may mint in an epoch: the open half

	EpochSeconds                uint64
	InitialEmission             uint64 // spark
	HalvingEpochs               uint64
	MaxSupply                   uint64 // spark
	ValidatorsBps, CommunityBps uint64
	BaseShareBps                []uint64 // by year
	EpochsPerYear               uint64
	MaxPointShareBps            uint64 // of the mean of recent epochs
	MaxHotspotPermille          uint64 // of the pool
	LifetimePermille            uint64 // of what was burned to register
	DemandFraction              uint64
	ReemitCap                   uint64 // spark an epoch
	ReemitSmoothing             uint64

	WindowSeconds, StaleSeconds uint64 // of the price
	ClampBpsPerHour             uint64

	FeeRegister, FeeLocation [2]uint64 // DC by class
	FeeOrg                   uint64    // DC

	Without Rules // rules that are taken away
}

// Launch returns the values that a new chain starts with.
func Launch() Params {
	return Params{
		RouterBps: 100, DemandBps: 300, BurnBps: 100, ItemFee: 10, MinStep: 1_000, MintCap: 10_000_000_000,
		EpochSeconds: 86_400, InitialEmission: 16_438_356_164_383, HalvingEpochs: 730, MaxSupply: 24_000_000_000_000_000,
		ValidatorsBps: 600, CommunityBps: 700, BaseShareBps: []uint64{10_000, 7_500, 5_000, 2_500, 1_000}, EpochsPerYear: 365,
		MaxPointShareBps: 5_000, MaxHotspotPermille: 10, LifetimePermille: 1_000, DemandFraction: 30,
		ReemitCap: 164_383_561_643, ReemitSmoothing: 7,
		WindowSeconds: 3_600, StaleSeconds: 600, ClampBpsPerHour: 1_000,
		FeeRegister: [2]uint64{4_000_000, 50_000}, FeeLocation: [2]uint64{500_000, 50_000}, FeeOrg: 10_000_000,
	}
}

// Rule is a rule that can be taken away.
type Rule uint

// The rules, and what holds without them.
const (
	Basis       Rule = iota // settlement pays the value of credits, whatever was burned for them
	LowHigh                 // credits are minted and valued at one price, the TWAP
	OneBudget               // routers get all of the fee, and cells four fifths of it once more
	StaysBurned             // the burned fifth of the fee goes to the router
	OwnCell                 // the cells' parts are one pool, shared by points and use of the cell
	NetEmission             // all basis used is emitted again, also what was minted back
	BondApart               // registrations are emitted again like other fees
	Lifetime                // base coverage of a station has no end
	Backing                 // re-mints may be more than what was burned for them
	PointCaps               // a point and a station may earn all of the pool
	WiFiBurned              // the cell's part of Wi-Fi goes to LoRa points too
	ItemFee                 // items are free
	MultipleOne             // base coverage gives back three times the registration, the most that may be set
	rules
)

// Rules is a set of rules.
type Rules uint

// Of returns a set.
func Of(list ...Rule) Rules {
	var s Rules
	for _, r := range list {
		s |= 1 << r
	}
	return s
}

// Has tells whether a rule is in the set.
func (s Rules) Has(r Rule) bool { return s>>r&1 == 1 }

// All returns every rule.
func All() []Rule {
	var all []Rule
	for r := range rules {
		all = append(all, r)
	}
	return all
}

// String says what a rule asks.
func (r Rule) String() string {
	return [...]string{
		"pay from the lower of basis and value",
		"mint at the lowest price, value at the highest",
		"one budget for router, cell and burning",
		"a fifth of the fee stays burned",
		"the cell's part stays in the cell that carried",
		"only what stayed burned is emitted again",
		"registrations are not emitted again",
		"base coverage ends at the registration",
		"re-mints are backed",
		"caps of a point and of a station",
		"the cell's part of Wi-Fi is burned",
		"items cost 10 DC",
		"the lifetime multiple is 1.0",
	}[r]
}

// off tells whether a rule is taken away.
func (p *Params) off(r Rule) bool { return p.Without.Has(r) }
