package types

import (
	"encoding/binary"

	"github.com/hexwave/hexwave/proto/wire"
)

// Values of the store that are written by the thousand a block have a fixed
// layout, big-endian, instead of protobuf.

// Heard is what the chain keeps of a report until the challenge is settled: what
// the checks need. Chain and challenge are those of the key, and the signature
// was checked at inclusion.
type Heard struct {
	Witness   uint32
	After     uint8 // blocks from the draw to the inclusion
	Tag       wire.WitnessTag
	RSSI, SNR int16 // 0.1 dBm, 0.1 dB
	FreqError int32 // Hz
	SF        uint8
	Tmst      uint32 // microseconds
}

// HeardSize is the length of one Heard in bytes.
const HeardSize = 4 + 1 + 16 + 2 + 2 + 4 + 1 + 4

// HeardOf returns what is kept of a report that is included some blocks after
// the draw.
func HeardOf(r *wire.Report, after uint8) Heard {
	return Heard{
		Witness: r.Witness, After: after, Tag: r.Tag, RSSI: r.RSSI, SNR: r.SNR,
		FreqError: r.FreqError, SF: r.SF, Tmst: r.Tmst,
	}
}

// Report returns the report without its signature.
func (h *Heard) Report(chain wire.ChainHash, challenge uint64) wire.Report {
	return wire.Report{
		Chain: chain, Challenge: challenge, Witness: h.Witness, Tag: h.Tag, RSSI: h.RSSI, SNR: h.SNR,
		FreqError: h.FreqError, SF: h.SF, Tmst: h.Tmst,
	}
}

var be = binary.BigEndian

// AppendTo appends the stored form.
func (h *Heard) AppendTo(b []byte) []byte {
	b = append(be.AppendUint32(b, h.Witness), h.After)
	b = append(b, h.Tag[:]...)
	b = be.AppendUint16(be.AppendUint16(b, uint16(h.RSSI)), uint16(h.SNR))
	b = append(be.AppendUint32(b, uint32(h.FreqError)), h.SF)
	return be.AppendUint32(b, h.Tmst)
}

// HasWitness tells whether a list of stored Heard has one of a witness.
func HasWitness(list []byte, witness uint32) bool {
	for ; len(list) >= HeardSize; list = list[HeardSize:] {
		if be.Uint32(list) == witness {
			return true
		}
	}
	return false
}

// ParseHeard reads a list of stored Heard, or returns ErrLayout.
func ParseHeard(list []byte) ([]Heard, error) {
	if len(list)%HeardSize != 0 {
		return nil, ErrLayout.Wrapf("reports of %d bytes", len(list))
	}
	all := make([]Heard, 0, len(list)/HeardSize)
	for ; len(list) > 0; list = list[HeardSize:] {
		all = append(all, Heard{
			Witness: be.Uint32(list), After: list[4], Tag: wire.WitnessTag(list[5:21]),
			RSSI: int16(be.Uint16(list[21:])), SNR: int16(be.Uint16(list[23:])),
			FreqError: int32(be.Uint32(list[25:])), SF: list[29], Tmst: be.Uint32(list[30:]),
		})
	}
	return all, nil
}

// Opened is a challenge that is not settled, in the list of its settlement
// height.
type Opened struct {
	ID      uint64
	Hotspot uint32
	Index   uint32 // of the preimage it uses up
	Close   uint64 // last height of reports
}

// openedSize is the length of one Opened in bytes.
const openedSize = 8 + 4 + 4 + 8

// AppendTo appends the stored form.
func (o *Opened) AppendTo(b []byte) []byte {
	b = be.AppendUint32(be.AppendUint64(b, o.ID), o.Hotspot)
	return be.AppendUint64(be.AppendUint32(b, o.Index), o.Close)
}

// ParseOpened reads a list of stored Opened, or returns ErrLayout.
func ParseOpened(list []byte) ([]Opened, error) {
	if len(list)%openedSize != 0 {
		return nil, ErrLayout.Wrapf("open challenges of %d bytes", len(list))
	}
	all := make([]Opened, 0, len(list)/openedSize)
	for ; len(list) > 0; list = list[openedSize:] {
		all = append(all, Opened{
			ID: be.Uint64(list), Hotspot: be.Uint32(list[8:]), Index: be.Uint32(list[12:]), Close: be.Uint64(list[16:]),
		})
	}
	return all, nil
}

// Revealed is a preimage and the height at which it became public.
type Revealed struct {
	Preimage wire.Preimage
	Height   uint64
}

// Encode returns the stored form, 28 bytes.
func (r *Revealed) Encode() []byte { return be.AppendUint64(r.Preimage[:], r.Height) }

// ParseRevealed reads the stored form, or returns ErrLayout.
func ParseRevealed(b []byte) (Revealed, error) {
	if len(b) != wire.PreimageSize+8 {
		return Revealed{}, ErrLayout.Wrapf("reveal of %d bytes", len(b))
	}
	return Revealed{wire.Preimage(b[:wire.PreimageSize]), be.Uint64(b[wire.PreimageSize:])}, nil
}
