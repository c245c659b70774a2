package wire

import "crypto/sha256"

// HotspotClass is what a hotspot does.
type HotspotClass uint8

// Classes of hotspot. Only full LoRa hotspots are challenged.
const (
	ClassFullLoRa HotspotClass = 1
	ClassDataLoRa HotspotClass = 2
	ClassWiFi     HotspotClass = 3
)

// Sizes of a registration in bytes.
const (
	RegistrationBodySize = 4 + 8 + 32 + 1 + KeySize + PreimageSize + 4 + 8
	RegistrationSize     = RegistrationBodySize + SigSize
)

// Registration is a device's consent to be owned: signed by the hotspot's own
// key, handed to the owner, and sent to the chain by any account.
type Registration struct {
	Chain       ChainHash
	Owner       [32]byte // SHA-256 of the owner's account address bytes
	Class       HotspotClass
	Key         PubKey
	Anchor      Preimage // element AnchorIndex of the device's hash chain
	AnchorIndex uint32   // number of challenges the chain can answer, at least 1
	ValidUntil  uint64   // last height at which it may be included

	Signature Signature
}

// OwnerHash returns the Owner field for an account address.
func OwnerHash(address []byte) [32]byte { return sha256.Sum256(address) }

// AppendBody appends the bytes that the device signs.
func (g *Registration) AppendBody(b []byte) []byte {
	w := writer{b}
	w.head(tagRegister, g.Chain)
	w.bytes(g.Owner[:])
	w.u8(uint8(g.Class))
	w.key(g.Key)
	w.bytes(g.Anchor[:])
	w.u32(g.AnchorIndex)
	w.u64(g.ValidUntil)
	return w.b
}

// AppendTo appends body and signature.
func (g *Registration) AppendTo(b []byte) []byte {
	return append(g.AppendBody(b), g.Signature[:]...)
}

// ParseRegistration reads a signed registration of exactly RegistrationSize
// bytes.
func ParseRegistration(b []byte) (Registration, error) {
	var g Registration
	r, err := open("registration", b, RegistrationSize, tagRegister)
	if err != nil {
		return g, err
	}
	g.Chain = r.chain()
	g.Owner = [32]byte(r.take(32))
	if g.Class = HotspotClass(r.u8()); g.Class < ClassFullLoRa || g.Class > ClassWiFi {
		r.fail("class")
	}
	g.Key = r.key()
	g.Anchor = Preimage(r.take(PreimageSize))
	if g.AnchorIndex = r.u32(); g.AnchorIndex == 0 {
		r.fail("anchor index")
	}
	g.ValidUntil = r.u64()
	g.Signature = Signature(r.take(SigSize))
	return g, r.finish("registration")
}

// LocationSize is the length of a location in bytes.
const LocationSize = 4 + 4 + 8 + 2 + 2

// Location is where, and with what antenna, a hotspot's owner says it stands.
type Location struct {
	Lat    int32  // degrees times 1e7, -900,000,000..900,000,000
	Lng    int32  // degrees times 1e7, -1,800,000,000..1,799,999,999
	Cell   uint64 // H3 cell, resolution 12, that contains the point (poc/geo)
	Gain   int16  // antenna gain, 0.1 dBi
	Height int16  // metres above ground
}

// AppendTo appends the encoding of l.
func (l Location) AppendTo(b []byte) []byte {
	w := writer{b}
	w.i32(l.Lat)
	w.i32(l.Lng)
	w.u64(l.Cell)
	w.i16(l.Gain)
	w.i16(l.Height)
	return w.b
}

// ParseLocation reads a location of exactly LocationSize bytes. Whether Cell
// contains the point is for the chain to check.
func ParseLocation(b []byte) (Location, error) {
	var l Location
	if len(b) != LocationSize {
		return l, ErrSize
	}
	r := reader{b: b}
	l.Lat, l.Lng, l.Cell, l.Gain, l.Height = r.i32(), r.i32(), r.u64(), r.i16(), r.i16()
	if l.Lat < -900_000_000 || l.Lat > 900_000_000 {
		r.fail("latitude")
	}
	if l.Lng < -1_800_000_000 || l.Lng >= 1_800_000_000 {
		r.fail("longitude")
	}
	return l, r.finish("location")
}
