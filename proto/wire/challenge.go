package wire

// ChallengeKind says why a hotspot is challenged.
type ChallengeKind uint8

// Kinds of challenge (architecture §4, Draw).
const (
	// ChallengeRegular is the one paid challenge of a window.
	ChallengeRegular ChallengeKind = 0
	// ChallengeSurprise is unpaid, but a miss counts.
	ChallengeSurprise ChallengeKind = 1
	// ChallengePaired shares its slot with another challenge on another channel.
	ChallengePaired ChallengeKind = 2
)

// ChallengeSize is the length of a challenge in bytes.
const ChallengeSize = 4 + 8 + 8 + 4 + 1 + 8 + 8 + 8 + 1 + 1 + 4 + 2 + 1 + 2 + 2 + 8 + 32 + KeySize + 4 + 4 + PreimageSize + 8 + 8 + 8 + 4

// Challenge is an open challenge as the chain publishes it: all that the
// challenged hotspot needs to transmit, a witness needs to check what it heard,
// and an auditor needs to check both, fixed at the height of the draw. It is
// not signed; its authority is the chain's state.
type Challenge struct {
	Chain   ChainHash
	ID      uint64 // counts all challenges of the chain, from 1
	Hotspot uint32 // index of the challenged hotspot
	Kind    ChallengeKind
	Drawn   uint64 // height h0 of the draw
	DrawnAt uint64 // header time of h0, Unix milliseconds

	TxAt      uint64 // nominal start of the transmission, Unix milliseconds
	Slot      uint8  // slot within block h0+2, from 0
	Channel   uint8  // index into the region's beacon channels
	Frequency uint32 // Hz
	Bandwidth uint16 // kHz
	SF        uint8  // spreading factor, 7..12
	Power     int16  // EIRP to use, 0.1 dBm
	Region    uint16 // region number, as in poc/region

	Cell       uint64 // H3 cell, resolution 8, of the asserted place
	Randomness [32]byte
	Key        PubKey
	Index      uint32 // index of the preimage to send
	KnownIndex uint32 // index of Known, greater than Index
	Known      Preimage

	Close  uint64 // last height at which a report is accepted
	Reveal uint64 // last height at which a reveal is accepted
	Settle uint64 // height of settlement
	Params uint32 // version of the poc parameters that apply
}

// AppendTo appends the encoding of c.
func (c *Challenge) AppendTo(b []byte) []byte {
	w := writer{b}
	w.head(tagChallenge, c.Chain)
	w.u64(c.ID)
	w.u32(c.Hotspot)
	w.u8(uint8(c.Kind))
	w.u64(c.Drawn)
	w.u64(c.DrawnAt)
	w.u64(c.TxAt)
	w.u8(c.Slot)
	w.u8(c.Channel)
	w.u32(c.Frequency)
	w.u16(c.Bandwidth)
	w.u8(c.SF)
	w.i16(c.Power)
	w.u16(c.Region)
	w.u64(c.Cell)
	w.bytes(c.Randomness[:])
	w.key(c.Key)
	w.u32(c.Index)
	w.u32(c.KnownIndex)
	w.bytes(c.Known[:])
	w.u64(c.Close)
	w.u64(c.Reveal)
	w.u64(c.Settle)
	w.u32(c.Params)
	return w.b
}

// ParseChallenge reads a challenge of exactly ChallengeSize bytes.
func ParseChallenge(b []byte) (Challenge, error) {
	var c Challenge
	r, err := open("challenge", b, ChallengeSize, tagChallenge)
	if err != nil {
		return c, err
	}
	c.Chain = r.chain()
	c.ID = r.u64()
	c.Hotspot = r.u32()
	if c.Kind = ChallengeKind(r.u8()); c.Kind > ChallengePaired {
		r.fail("kind")
	}
	c.Drawn, c.DrawnAt, c.TxAt = r.u64(), r.u64(), r.u64()
	c.Slot, c.Channel = r.u8(), r.u8()
	c.Frequency, c.Bandwidth = r.u32(), r.u16()
	if c.SF = r.u8(); !validSF(c.SF) {
		r.fail("spreading factor")
	}
	c.Power, c.Region = r.i16(), r.u16()
	c.Cell = r.u64()
	c.Randomness = [32]byte(r.take(32))
	c.Key = r.key()
	c.Index, c.KnownIndex = r.u32(), r.u32()
	if c.KnownIndex <= c.Index {
		r.fail("known index")
	}
	c.Known = Preimage(r.take(PreimageSize))
	c.Close, c.Reveal, c.Settle = r.u64(), r.u64(), r.u64()
	c.Params = r.u32()
	return c, r.finish("challenge")
}

// validSF reports whether sf is a LoRa spreading factor that beacons may use.
func validSF(sf uint8) bool { return sf >= 7 && sf <= 12 }
