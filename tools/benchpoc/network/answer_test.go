package network

import (
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

const (
	crowdSize  = 600 // more than a batch has items
	chainSize  = 12
	crowdTowns = 2
)

func testCrowd(t *testing.T) *crowd {
	t.Helper()
	w, err := million.NewWorld(1, crowdSize, million.Land{Towns: crowdTowns, Offset: 1_000, Middle: 5, Chain: chainSize})
	if err != nil {
		t.Fatal(err)
	}
	c, err := newCrowd(w)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *crowd) challenge(id uint64, hotspot uint32) *wire.Challenge {
	h := &wire.Challenge{
		Chain: c.chain, ID: id, Hotspot: hotspot, SF: 7, Key: c.world.Keys[hotspot-1], Index: chainSize - 1,
		KnownIndex: chainSize, Known: c.world.Anchors[hotspot-1],
	}
	h.Randomness[0] = byte(id)
	return h
}

// TestAnswer checks reports as a chain does that knows the world.
func TestAnswer(t *testing.T) {
	c := testCrowd(t)
	heard := 0
	for id := uint64(1); id <= 50; id++ {
		h := c.challenge(id, uint32(id))
		reports, reveal := c.answer(h, 100, 100)
		v, err := wire.ParseReveal(reveal)
		if err != nil {
			t.Fatal(err)
		}
		if v.Challenge != id || wire.WalkPreimage(c.chain, h.Key, h.Index, h.KnownIndex, v.Preimage) != h.Known {
			t.Fatalf("challenge %d: the reveal leads elsewhere", id)
		}
		if len(reports) > witnesses {
			t.Errorf("challenge %d: %d reports", id, len(reports))
		}
		seen := map[uint32]bool{h.Hotspot: true}
		for _, raw := range reports {
			r, err := wire.ParseReport(raw)
			if err != nil {
				t.Fatal(err)
			}
			if seen[r.Witness] {
				t.Errorf("challenge %d: hotspot %d is its own witness, or reports twice", id, r.Witness)
			}
			seen[r.Witness] = true
			key := c.world.Keys[r.Witness-1]
			if r.Tag != wire.Tag(c.chain, wire.NewBeacon(id, v.Preimage), key) {
				t.Errorf("challenge %d: the tag of hotspot %d is not of the frame", id, r.Witness)
			}
			if !goodSignature(&r, key) {
				t.Errorf("challenge %d: the signature of hotspot %d does not verify", id, r.Witness)
			}
			heard++
		}
	}
	if heard < 50*witnesses/2 {
		t.Errorf("only %d reports on 50 beacons", heard)
	}
}

func goodSignature(r *wire.Report, key wire.PubKey) bool {
	_, bad := verify.NewVerifier().Bad([]verify.Signed{{Key: key, Body: r.AppendBody(nil), Sig: &r.Signature}})
	return !bad
}

// TestAnswerWithinSortition asks for fewer witnesses than there are.
func TestAnswerWithinSortition(t *testing.T) {
	c := testCrowd(t)
	all, few := 0, 0
	for id := uint64(1); id <= 50; id++ {
		h := c.challenge(id, uint32(id))
		r, _ := c.answer(h, crowdSize, crowdSize)
		all += len(r)
		r, _ = c.answer(h, 4, 0)
		few += len(r)
	}
	if few == 0 || few > all/2 {
		t.Errorf("%d reports where 4 are asked for, %d where all are", few, all)
	}
}

func TestBare(t *testing.T) {
	if rate, err := bare(testCrowd(t).world, 20*time.Millisecond); err != nil || rate <= 0 {
		t.Errorf("%v signatures a second: %v", rate, err)
	}
	w := testCrowd(t).world
	w.Keys[0], _ = wire.Ed25519Key(w.Private(2).Public().(ed25519.PublicKey))
	if _, err := bare(w, 20*time.Millisecond); err == nil {
		t.Error("a bad signature was counted")
	}
}
