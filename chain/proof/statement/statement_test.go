package statement_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/chain/proof"
	"github.com/hexwave/hexwave/chain/proof/statement"
)

// checked reads a file as another person would: from its bytes.
func checked(t *testing.T, f *proof.File) (*proof.Sealed, statement.Statement) {
	t.Helper()
	raw, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if f, err = proof.Parse(raw); err != nil {
		t.Fatal(err)
	}
	p, err := proof.Verify(f, proof.Trust{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := statement.Of(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, s
}

func asked(kind string, hotspot uint32) proof.About { return proof.About{Kind: kind, Hotspot: hotspot} }

func settled(org, lane, hotspot, epoch uint32) proof.About {
	return proof.About{Kind: statement.KindVoucher, Org: org, Lane: lane, Hotspot: hotspot, Epoch: epoch}
}

// One chain answers all questions, each from its proof alone.
func TestStatements(t *testing.T) {
	c := newChain(t)
	spark := func(v uint64) *uint64 { return &v }
	tests := []struct {
		name   string
		about  proof.About
		want   string // the statement as JSON, without what says who a hotspot is
		vector string
	}{
		{name: "hotspot", about: asked(statement.KindHotspot, placed), vector: "hotspot", want: `{"hotspot":{"index":1,"registered":true}}`},
		{name: "no such hotspot", about: asked(statement.KindHotspot, unknown), vector: "absent", want: `{"hotspot":{"index":9,"registered":false}}`},
		{name: "retired", about: asked(statement.KindHotspot, retired), want: `{"hotspot":{"index":4,"registered":true}}`},
		{
			name: "voucher", about: settled(1, 1, placed, 1), vector: "voucher",
			want: `{"voucher":{"org":1,"lane":1,"hotspot":1,"epoch":1,"current_epoch":1,"settled":true,"final":true,"credits":250000,"micro_credits":0}}`,
		},
		{
			name: "voucher of Wi-Fi", about: settled(1, 2, wifi, 1),
			want: `{"voucher":{"org":1,"lane":2,"hotspot":3,"epoch":1,"current_epoch":1,"settled":true,"credits":12,"micro_credits":345678}}`,
		},
		{
			name: "nothing settled", about: settled(1, 1, indexed, 1),
			want: `{"voucher":{"org":1,"lane":1,"hotspot":2,"epoch":1,"current_epoch":1,"settled":false,"credits":0,"micro_credits":0}}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := c.prove(tt.about)
			p, s := checked(t, f)
			if s.Hotspot != nil {
				s.Hotspot = &statement.Hotspot{Index: s.Hotspot.Index, Registered: s.Hotspot.Registered}
			}
			got, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, string(got)); d != "" {
				t.Error(d)
			}
			if p.ChainID != chaintest.ChainID || p.Height != c.Height() || p.Signed != p.Power || p.Validators != 4 || p.Trusted != "" {
				t.Errorf("sealed %+v", p)
			}
			if *vectors && tt.vector != "" {
				write(t, tt.vector, f)
			}
		})
	}
	claims := []struct {
		hotspot         uint32
		owed            bool
		accrued, escrow uint64
		draining        bool
		lifetime        uint64
		wantOwed        *uint64
	}{
		{hotspot: placed, owed: true, accrued: 150_000_000, escrow: 25_000_000, lifetime: 77, wantOwed: spark(0)},
		{hotspot: indexed, accrued: 7},
		{hotspot: retired, wantOwed: spark(400_000_000)},
		{hotspot: draining, accrued: 3, escrow: 6, draining: true},
		{hotspot: unpaid},
		{hotspot: unknown},
	}
	for _, tt := range claims {
		about := asked(statement.KindClaim, tt.hotspot)
		about.Owed = tt.owed
		f := c.prove(about)
		_, s := checked(t, f)
		want := statement.Claim{
			Hotspot: s.Claim.Hotspot, Accrued: tt.accrued, Escrow: tt.escrow, Draining: tt.draining, Lifetime: tt.lifetime, Owed: tt.wantOwed,
		}
		if d := cmp.Diff(want, *s.Claim, cmp.Comparer(func(a, b *statement.Hotspot) bool { return a == b })); d != "" {
			t.Errorf("hotspot %d: %s", tt.hotspot, d)
		}
		if s.Claim.Hotspot.Index != tt.hotspot || s.Claim.Hotspot.Registered != (tt.hotspot != unknown) {
			t.Errorf("hotspot %d: %+v", tt.hotspot, s.Claim.Hotspot)
		}
		if *vectors && tt.owed {
			write(t, "claim", f)
		}
	}
	t.Run("who a hotspot is", func(t *testing.T) { whoItIs(t, c) })
	t.Run("another question than the file's", func(t *testing.T) { otherQuestions(t, c) })
}

func whoItIs(t *testing.T, c *chain) {
	t.Helper()
	for index, want := range map[uint32]func(*statement.Hotspot) bool{
		placed: func(h *statement.Hotspot) bool {
			l := place(0)
			return h.Class == "full" && h.Retired == 0 && cmp.Equal(h.Place, &statement.Place{Lat: l.Lat, Lng: l.Lng, Cell: l.Cell, Gain: l.Gain, Height: l.Height})
		},
		wifi:    func(h *statement.Hotspot) bool { return h.Class == "wifi" && h.Place == nil },
		retired: func(h *statement.Hotspot) bool { return h.Class == "data" && h.Retired == 1 },
		unpaid: func(h *statement.Hotspot) bool {
			return cmp.Equal(h.Payout, []statement.Payout{{Account: owner(20), Bps: 2_500}, {Account: owner(21), Bps: 7_500}})
		},
	} {
		_, s := checked(t, c.prove(asked(statement.KindHotspot, index)))
		if h := s.Hotspot; !want(h) || h.Owner != owner(index) || h.Name == "" || h.ID == "" || h.Since != 1 {
			t.Errorf("hotspot %d: %+v", index, h)
		}
	}
}

// A sound proof of one thing is refused as an answer about another.
func otherQuestions(t *testing.T, c *chain) {
	t.Helper()
	hotspot, claim := c.prove(asked(statement.KindHotspot, placed)), c.prove(asked(statement.KindClaim, placed))
	for name, tt := range map[string]struct {
		file *proof.File
		ask  proof.About
		want error
	}{
		"another hotspot":     {hotspot, asked(statement.KindHotspot, indexed), statement.ErrKeys},
		"more than the file":  {hotspot, asked(statement.KindClaim, placed), statement.ErrKeys},
		"less than the file":  {claim, asked(statement.KindHotspot, placed), statement.ErrKeys},
		"another kind":        {claim, settled(1, 1, placed, 1), statement.ErrKeys},
		"a kind that is none": {hotspot, asked("balance", placed), statement.ErrKind},
	} {
		f := *tt.file
		f.About = tt.ask
		p, err := proof.Verify(&f, proof.Trust{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := statement.Of(p); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}
