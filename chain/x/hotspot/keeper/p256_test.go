package keeper_test

import (
	"bytes"
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

// secured returns a chain with a hotspot of P-256 key 1, whose owner has credits.
func secured(t *testing.T) *life {
	t.Helper()
	l := &life{Chain: fixture.New(t), t: t, owner: fixture.Account(1), buyer: fixture.Account(2)}
	p, err := l.Hotspot.Params(l.Ctx)
	l.Must(err)
	l.Buy(l.owner, 10*p.RegistrationFee(wire.ClassFullLoRa))
	r, err := l.HotspotM.Register(l.Ctx, &types.MsgRegister{
		Payer: l.owner.String(), Owner: l.owner.String(), Registration: fixture.P256Registration(1, l.owner, false),
	})
	l.Must(err)
	l.index = r.Hotspot
	return l
}

// signer signs a body: a device, or somebody who is none.
type signer func(body []byte) wire.Signature

// element returns the signer of the n-th P-256 key, with the s that counts or the other.
func element(n uint32, high bool) signer {
	private, _ := fixture.P256Key(n)
	return func(body []byte) wire.Signature { return fixture.P256Signed(private, body, high) }
}

// plain returns the signer of the n-th Ed25519 key.
func plain(n uint32) signer {
	private, _ := fixture.Key(n)
	return func(body []byte) wire.Signature { return fixture.Signed(private, body) }
}

// nobody signs with zeros, as a secure element that is away.
func nobody([]byte) (sig wire.Signature) { return sig }

func TestP256RegisterRefuses(t *testing.T) {
	l := secured(t)
	key := fixture.P256Public(2)
	point := key.Raw()
	point[0] ^= 1 // the other point with the same x
	mirrored, err := wire.P256Key(point)
	l.Must(err)
	registration := func(key wire.PubKey, sign signer) []byte {
		g := wire.Registration{
			Chain: wire.HashChainID(fixture.ChainID), Owner: wire.OwnerHash(l.owner), Class: wire.ClassFullLoRa, Key: key,
			AnchorIndex: 1000, ValidUntil: 100, Anchor: fixture.Anchor(70),
		}
		g.Signature = sign(g.AppendBody(nil))
		return g.AppendTo(nil)
	}
	good := registration(key, element(2, false))
	at := bytes.Index(good, key.Bytes())
	uncompressed, padded := bytes.Clone(good), bytes.Clone(good)
	uncompressed[at+1], padded[at] = 4, byte(wire.KeyEd25519)
	for _, tc := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"off the curve", registration(fixture.OffCurve(), element(2, false)), types.ErrKeyPoint},
		{"x beyond the field", registration(beyond(t), element(2, false)), types.ErrKeyPoint},
		{"high s", registration(key, element(2, true)), types.ErrSignature},
		{"by another secure element", registration(key, element(3, false)), types.ErrSignature},
		{"by an Ed25519 key", registration(key, plain(2)), types.ErrSignature},
		{"of the mirrored point", registration(mirrored, element(2, false)), types.ErrSignature},
		{"not signed", registration(key, nobody), types.ErrSignature},
		{"truncated", good[:len(good)-1], types.ErrMalformed},
		{"a byte more", append(bytes.Clone(good), 0), types.ErrMalformed},
		{"not compressed", uncompressed, types.ErrMalformed},
		{"called Ed25519", padded, types.ErrMalformed},
		{"registered before", registration(fixture.P256Public(1), element(1, false)), types.ErrKeyUsed},
	} {
		l.refused(tc.name, tc.want, func() error {
			_, err := l.HotspotM.Register(l.Ctx, &types.MsgRegister{Payer: l.owner.String(), Owner: l.owner.String(), Registration: tc.raw})
			return err
		})
	}
	_, err = l.HotspotM.Register(l.Ctx, &types.MsgRegister{Payer: l.owner.String(), Owner: l.owner.String(), Registration: good})
	l.Must(err)
}

// beyond returns a key whose x is not below the prime of the field.
func beyond(t *testing.T) wire.PubKey {
	t.Helper()
	key, err := wire.P256Key(append([]byte{2}, bytes.Repeat([]byte{0xff}, 32)...))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestP256RenewAndRotateRefuse(t *testing.T) {
	l := secured(t)
	renewal := func(sign signer) []byte {
		n := wire.Renewal{
			Chain: wire.HashChainID(fixture.ChainID), Hotspot: l.index, Owner: wire.OwnerHash(l.owner),
			Anchor: fixture.Anchor(80), AnchorIndex: 500, ValidUntil: 100,
		}
		n.Signature = sign(n.AppendBody(nil))
		return n.AppendTo(nil)
	}
	rotation := func(key wire.PubKey, old, next signer) []byte {
		n := wire.Rotation{
			Chain: wire.HashChainID(fixture.ChainID), Hotspot: l.index, Owner: wire.OwnerHash(l.owner), Key: key,
			Anchor: fixture.Anchor(90), AnchorIndex: 500, ValidUntil: 100,
		}
		body := n.AppendBody(nil)
		n.OldSignature, n.NewSignature = old(body), next(body)
		return n.AppendTo(nil)
	}
	low := element(1, false)
	for name, sign := range map[string]signer{"high s": element(1, true), "another key": element(2, false), "an Ed25519 key": plain(1), "nobody": nobody} {
		l.refused("renewal, "+name, types.ErrSignature, func() error { return l.renew(l.owner, renewal(sign)) })
		l.refused("rotation, old: "+name, types.ErrSignature, func() error {
			return l.rotate(l.owner, rotation(fixture.P256Public(3), sign, element(3, false)))
		})
	}
	for name, sign := range map[string]signer{"high s": element(3, true), "the old key": low, "an Ed25519 key": plain(3), "nobody": nobody} {
		l.refused("rotation, new: "+name, types.ErrSignature, func() error {
			return l.rotate(l.owner, rotation(fixture.P256Public(3), low, sign))
		})
	}
	l.refused("rotation off the curve", types.ErrKeyPoint, func() error { return l.rotate(l.owner, rotation(fixture.OffCurve(), low, low)) })
	whole := renewal(low)
	l.refused("truncated renewal", types.ErrMalformed, func() error { return l.renew(l.owner, whole[:len(whole)-1]) })
	moved := rotation(fixture.P256Public(3), low, element(3, false))
	l.refused("truncated rotation", types.ErrMalformed, func() error { return l.rotate(l.owner, moved[:len(moved)-64]) })
	l.Must(l.renew(l.owner, whole))
	l.Must(l.rotate(l.owner, moved))
	l.refused("the key before", types.ErrKeyUsed, func() error {
		return l.rotate(l.owner, rotation(fixture.P256Public(1), element(3, false), low))
	})
	if h := l.hotspot(); h.PubKey() != fixture.P256Public(3) {
		t.Errorf("after the rotation: %v", h)
	}
}
