package verify

import (
	"crypto/ed25519"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

func testKey(t testing.TB, n byte) (wire.PubKey, ed25519.PrivateKey) {
	t.Helper()
	seed := [32]byte{n}
	private := ed25519.NewKeyFromSeed(seed[:])
	key, err := wire.Ed25519Key(private.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return key, private
}

func site(t testing.TB, index uint32, p geo.Point) *Site {
	t.Helper()
	key, _ := testKey(t, byte(index))
	return &Site{Index: index, Key: key, At: p.ECEF(), Zone: geo.CellAt(p, geo.ZoneRes), Gain: 20, Region: 1}
}

// honest returns a report of a beacon 5 km away that passes everything.
func honest(t testing.TB) *Case {
	t.Helper()
	chain := wire.HashChainID("test")
	beaconer := site(t, 1, geo.Point{Lat: 525_000_000, Lng: 134_000_000})
	witness := site(t, 2, geo.Point{Lat: 525_450_000, Lng: 134_000_000})
	var a wire.Preimage
	a[0] = 7
	known := wire.WalkPreimage(chain, beaconer.Key, 9, 10, a)
	challenge := &wire.Challenge{
		Chain: chain, ID: 77, Hotspot: 1, Drawn: 100, Frequency: 868_100_000, Bandwidth: 125,
		SF: 9, Power: 140, Region: 1, Key: beaconer.Key, Index: 9, KnownIndex: 10, Known: known,
		Close: 110, Reveal: 120, Settle: 122,
	}
	return &Case{
		Rules: &Rules{
			Quota:       4,
			MinDistance: 400, MaxDistance: 100_000, FreqTolerance: 1_000,
			RSSIMargin: 0, SensitivityMargin: 30, SNRMargin: 10, Reciprocity: 1_000,
		},
		Challenge: challenge, Beaconer: beaconer,
		Sortition: Sortition{Near: 16, NearTarget: 64, Far: 0, FarTarget: 32},
		Report: &wire.Report{
			Chain: chain, Challenge: 77, Witness: 2, RSSI: -1_100, SNR: 70, FreqError: -30, SF: 9,
			Tag: wire.Tag(chain, wire.NewBeacon(77, a), witness.Key),
		},
		Witness: witness, Height: 104,
		Revealed: true, Preimage: a, LastBeacon: 50,
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Case)
		want   wire.Verdict
	}{
		{"honest", func(*Case) {}, wire.Accepted},
		{"other chain", func(c *Case) { c.Report.Chain[0]++ }, wire.WrongChain},
		{"other challenge", func(c *Case) { c.Report.Challenge++ }, wire.UnknownChallenge},
		{"last block", func(c *Case) { c.Height = 110 }, wire.Accepted},
		{"late", func(c *Case) { c.Height = 111 }, wire.TooLate},
		{"no such hotspot", func(c *Case) { c.Witness.Standing = Unknown }, wire.UnknownHotspot},
		{"data-only", func(c *Case) { c.Witness.Standing = NotFull }, wire.WrongClass},
		{"no place", func(c *Case) { c.Witness.Standing = Unasserted }, wire.NotAsserted},
		{"joined since", func(c *Case) { c.Witness.Standing = Waiting }, wire.NotEligible},
		{"not drawn", func(c *Case) { c.Sortition.Near, c.Sortition.NearTarget = 1<<32-1, 1 }, wire.NotEligible},
		{"region", func(c *Case) { c.Witness.Region = 2 }, wire.WrongRegion},
		{"again", func(c *Case) { c.Known = true }, wire.Duplicate},
		{"full", func(c *Case) { c.Full = true }, wire.OverQuota},
		{"too many in the block", func(c *Case) { c.Spent = 4 }, wire.OverQuota},
		{"many in the block", func(c *Case) { c.Spent = 3 }, wire.Accepted},
		{"void", func(c *Case) { c.Void = true }, wire.Void},
		{"not revealed", func(c *Case) { c.Revealed = false }, wire.NotRevealed},
		{"copied tag", func(c *Case) { c.Report.Tag = wire.Tag(c.Report.Chain, wire.NewBeacon(77, c.Preimage), c.Beaconer.Key) }, wire.BadTag},
		{"self", func(c *Case) {
			c.Witness.Index = 1
		}, wire.SelfWitness},
		{"SF", func(c *Case) { c.Report.SF = 10 }, wire.WrongSF},
		{"frequency limit", func(c *Case) { c.Report.FreqError = -1_000 }, wire.Accepted},
		{"frequency", func(c *Case) { c.Report.FreqError = 1_001 }, wire.WrongFrequency},
		{"frequency overflow", func(c *Case) { c.Report.FreqError = -1 << 31 }, wire.WrongFrequency},
		{"too close", func(c *Case) { c.Witness.At = c.Beaconer.At }, wire.TooClose},
		{"too far", func(c *Case) { c.Witness.At = geo.Point{Lat: 535_000_000, Lng: 134_000_000}.ECEF() }, wire.TooFar},
		{"20 dB too strong", func(c *Case) { c.Report.RSSI = -890 + 200 }, wire.BadRSSI},
		{"60 km off", func(c *Case) {
			c.Witness.At = geo.Point{Lat: 530_400_000, Lng: 134_000_000}.ECEF()
			c.Report.RSSI = -1_000
		}, wire.BadRSSI},
		{"too weak", func(c *Case) { c.Report.RSSI = -1_360 }, wire.BelowSensitivity},
		{"below the floor", func(c *Case) { c.Report.SNR = -136 }, wire.BadSNR},
		{"cleaner than thermal noise", func(c *Case) { c.Report.SNR = 141 }, wire.BadSNR},
		{"never heard itself", func(c *Case) { c.LastBeacon = 0 }, wire.NoBeacon},
		{"not heard of late", func(c *Case) { c.LastBeacon, c.Rules.Reciprocity = 50, 49 }, wire.NoBeacon},
		{"reciprocity off", func(c *Case) { c.LastBeacon, c.Rules.Reciprocity = 0, 0 }, wire.Accepted},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := honest(t)
			c.change(k)
			got := k.Include()
			if got == wire.Accepted {
				got = k.Settle()
			}
			if got != c.want {
				t.Errorf("verdict %v, want %v", got, c.want)
			}
		})
	}
}

func TestRSSILimitIsExact(t *testing.T) {
	k := honest(t)
	most := MaxRSSI(k.DistanceSquared(), 868_100_000, 140, 20, 0)
	k.Report.RSSI = int16(most)
	if got := k.Settle(); got != wire.Accepted {
		t.Errorf("at the limit of %d: %v", most, got)
	}
	k.Report.RSSI++
	if got := k.Settle(); got != wire.BadRSSI {
		t.Errorf("0.1 dB above the limit: %v", got)
	}
	k.Rules.RSSIMargin = 1
	if got := k.Settle(); got != wire.Accepted {
		t.Errorf("within the margin: %v", got)
	}
}

func TestExplainAgreesWithVerdicts(t *testing.T) {
	k := honest(t)
	for _, l := range k.Explain(true, true) {
		if !l.Passed || l.Measured == "" || l.Limit == "" {
			t.Errorf("honest report: %+v", l)
		}
	}
	k.Report.RSSI = -500
	var failed []string
	for _, l := range k.Explain(true, true) {
		if !l.Passed {
			failed = append(failed, l.Name+": "+l.Measured+" "+l.Limit)
		}
	}
	if diff := cmp.Diff([]string{"rssi-max: -50.0 dBm <= -89.3 dBm"}, failed); diff != "" {
		t.Errorf("explanation (-want +got):\n%s", diff)
	}
	k.Height = 500
	if n := len(k.Explain(false, false)); n != len(inclusion) {
		t.Errorf("%d lines before inclusion", n)
	}
}

func TestSensitivity(t *testing.T) {
	for sf, want := range map[uint8]int32{7: -1_275, 12: -1_400} {
		if got := Sensitivity(sf, 125); got != want {
			t.Errorf("SF%d: %d, want %d", sf, got, want)
		}
	}
	if Sensitivity(7, 500)-Sensitivity(7, 250) != 30 || Sensitivity(7, 250)-Sensitivity(7, 125) != 30 {
		t.Error("bandwidth does not count")
	}
}

func TestSortitionTakesItsShare(t *testing.T) {
	s := Sortition{Near: 1_000, NearTarget: 100, Far: 100, FarTarget: 50}
	var near, far int
	for id := range uint64(1_000) {
		c := wire.Challenge{ID: id}
		if s.Eligible(&c, 5, false) {
			near++
		}
		if s.Eligible(&c, 5, true) {
			far++
		}
	}
	if near < 60 || near > 140 || far < 430 || far > 570 {
		t.Errorf("drawn %d of 1,000 at 10 %%, %d at 50 %%", near, far)
	}
}

func TestFar(t *testing.T) {
	k := honest(t)
	if k.far() {
		t.Error("5 km is far")
	}
	k.Witness.Zone = geo.CellAt(geo.Point{Lat: 531_000_000, Lng: 134_000_000}, geo.ZoneRes)
	if !k.far() {
		t.Error("67 km is near")
	}
}

func TestReveal(t *testing.T) {
	base := honest(t)
	for _, c := range []struct {
		name   string
		change func(*RevealCase)
		want   wire.Verdict
	}{
		{"good", func(*RevealCase) {}, wire.Accepted},
		{"no challenge", func(c *RevealCase) { c.Challenge = nil }, wire.UnknownChallenge},
		{"other challenge", func(c *RevealCase) { c.Reveal.Challenge++ }, wire.UnknownChallenge},
		{"chain", func(c *RevealCase) { c.Reveal.Chain[0]++ }, wire.WrongChain},
		{"second", func(c *RevealCase) { c.Revealed = true }, wire.AlreadyRevealed},
		{"early", func(c *RevealCase) { c.Height = 110 }, wire.TooEarly},
		{"late", func(c *RevealCase) { c.Height = 121 }, wire.TooLate},
		{"settled", func(c *RevealCase) { c.Open = false }, wire.TooLate},
		{"wrong", func(c *RevealCase) { c.Reveal.Preimage[3]++ }, wire.BadPreimage},
		{"walk", func(c *RevealCase) { c.MaxWalk = 0 }, wire.BadPreimage},
	} {
		k := RevealCase{
			Challenge: base.Challenge, Open: true, Height: 111, MaxWalk: 256,
			Reveal: &wire.Reveal{Chain: base.Challenge.Chain, Challenge: 77, Preimage: base.Preimage},
		}
		c.change(&k)
		if got := k.Verdict(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestSettleAllocatesNothing(t *testing.T) {
	k := honest(t)
	// The two hashes of the tag cost their input buffers.
	if n := testing.AllocsPerRun(100, func() { k.Settle() }); n > 2 {
		t.Errorf("%v allocations", n)
	}
}

// A witness that passes keeps passing when it heard less well, down to what a
// receiver can decode: no honest report falls between the rules.
func TestWeakerNeverTurnsTooStrong(t *testing.T) {
	k := honest(t)
	rapid.Check(t, func(t *rapid.T) {
		k.Report.RSSI = int16(rapid.IntRange(-1_325, -900).Draw(t, "rssi"))
		k.Report.SNR = int16(rapid.IntRange(-125, min(100, int(k.Report.RSSI)+1_230)).Draw(t, "snr"))
		if got := k.Settle(); got != wire.Accepted {
			t.Fatalf("RSSI %d SNR %d: %v", k.Report.RSSI, k.Report.SNR, got)
		}
	})
}

func TestUnknownModulationIsRefused(t *testing.T) {
	for name, change := range map[string]func(*Case){
		"bandwidth": func(c *Case) { c.Challenge.Bandwidth = 200 },
		"factor":    func(c *Case) { c.Challenge.SF, c.Report.SF = 6, 6 },
	} {
		k := honest(t)
		change(k)
		if got := k.Settle(); got != wire.BelowSensitivity {
			t.Errorf("%s: %v", name, got)
		}
	}
}
