package keeper_test

import (
	"testing"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/proto/wire"
)

// A device with a P-256 key registers, rotates to an Ed25519 key, and that one back.
func TestP256(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	p, err := c.Hotspot.Params(c.Ctx)
	c.Must(err)
	c.Buy(owner, 10*p.RegistrationFee(wire.ClassFullLoRa))
	r, err := c.HotspotM.Register(c.Ctx, &types.MsgRegister{
		Payer: owner.String(), Owner: owner.String(), Registration: fixture.P256Registration(1, owner, false),
	})
	c.Must(err)
	secure, key := fixture.P256Key(1)
	if h, err := c.Hotspot.HotspotByKey(c.Ctx, key); err != nil || h.Index != r.Hotspot {
		t.Fatalf("%v, %v", h, err)
	}
	plain, plainKey := fixture.Key(2)
	for i, to := range []wire.PubKey{plainKey, fixture.P256Public(3)} {
		n := wire.Rotation{
			Chain: wire.HashChainID(fixture.ChainID), Owner: wire.OwnerHash(owner), Hotspot: r.Hotspot, Key: to,
			Anchor: fixture.Anchor(uint32(50 + i)), AnchorIndex: 1_000, ValidUntil: 100,
		}
		body := n.AppendBody(nil)
		ed, ec := fixture.Signed(plain, body), fixture.P256Signed(secure, body, false)
		if n.OldSignature, n.NewSignature = ec, ed; i == 1 {
			next, _ := fixture.P256Key(3)
			n.OldSignature, n.NewSignature = ed, fixture.P256Signed(next, body, false)
		}
		_, err := c.HotspotM.RotateKey(c.Ctx, &types.MsgRotateKey{Owner: owner.String(), Hotspot: r.Hotspot, Rotation: n.AppendTo(nil)})
		c.Must(err)
	}
	if h, err := c.Hotspot.HotspotByKey(c.Ctx, fixture.P256Public(3)); err != nil || h.Index != r.Hotspot {
		t.Errorf("after two rotations: %v, %v", h, err)
	}
}
