// Package journal is what really happened in a simulation: every frame with
// everyone who heard it and why others did not, what the network servers got,
// and totals over both. It only records; nothing in the simulator reads it to
// decide. It is used from the event loop alone.
package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"math"
	"time"

	"github.com/hexwave/hexwave/tools/radiosim/air"
)

// Limits of what is kept in memory.
const (
	maxLines         = 1 << 16
	maxTransmissions = 1 << 16
)

// Journal keeps the log and the totals.
type Journal struct {
	origin time.Time
	out    io.Writer
	outErr error
	lines  []line
	next   uint64 // sequence number of the next line
	totals Stats

	sent    []*Transmission // frames of devices, oldest first
	byID    map[uint64]*Transmission
	byPHY   map[string][]*Transmission
	pending map[uint64]*answer // by transmission, until its windows close
	heardBy map[string]air.Reason
}

type line struct {
	seq  uint64
	text []byte
}

// answer is a downlink a network server ordered for a transmission.
type answer struct {
	payloads []string
}

// Transmission is one frame of a device and what became of it.
type Transmission struct {
	ID      uint64         `json:"id"`
	Device  string         `json:"device"`
	Kind    air.Kind       `json:"kind"`
	Phash   string         `json:"phash"` // SHA-256 of the PHYPayload, hex
	Start   int64          `json:"start_unix_ns"`
	Heard   []string       `json:"heard_by"`
	Copies  int            `json:"copies"` // that reached the network server
	From    map[string]int `json:"copies_by_gateway,omitempty"`
	FirstMS int64          `json:"first_copy_ms,omitempty"` // end of the frame to the first copy at the network server
	end     time.Duration
	closed  bool // its windows are
	tmst    map[uint32]bool
	phy     string
	counted bool
}

// New returns a journal that writes each line to out, which may be nil.
// Times of the loop count from origin.
func New(origin time.Time, out io.Writer) *Journal {
	return &Journal{
		origin: origin, out: out, byID: map[uint64]*Transmission{}, byPHY: map[string][]*Transmission{},
		pending: map[uint64]*answer{}, heardBy: map[string]air.Reason{},
		totals: newStats(),
	}
}

// write appends one line; v must marshal to an object.
func (j *Journal) write(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		j.outErr = err
		return
	}
	b = append(b, '\n')
	if j.out != nil {
		if _, err := j.out.Write(b); err != nil {
			j.outErr, j.out = err, nil
		}
	}
	if len(j.lines) == maxLines {
		j.lines = append(j.lines[:0], j.lines[maxLines/2:]...)
	}
	j.lines = append(j.lines, line{j.next, b})
	j.next++
}

// Err returns the first failure to write the log.
func (j *Journal) Err() error { return j.outErr }

// Lines returns up to limit log lines from sequence number since on, and the
// number to continue with.
func (j *Journal) Lines(since uint64, limit int) (text []byte, next uint64) {
	next = since
	for _, l := range j.lines {
		if l.seq < since {
			continue
		}
		if limit == 0 {
			break
		}
		limit--
		text = append(text, l.text...)
		next = l.seq + 1
	}
	return text, next
}

func (j *Journal) unixNano(t time.Duration) int64 { return j.origin.Add(t).UnixNano() }

type frameLine struct {
	Type     string          `json:"type"` // "frame"
	ID       uint64          `json:"id"`
	Kind     air.Kind        `json:"kind"`
	From     string          `json:"from"`
	Start    int64           `json:"start_unix_ns"`
	AirtimeU int64           `json:"airtime_us"`
	FreqHz   uint32          `json:"freq_hz"`
	SF       int             `json:"sf"`
	BW       int             `json:"bw_khz"`
	EIRPDDB  int             `json:"eirp_ddbm"`
	Inverted bool            `json:"inverted"`
	Payload  string          `json:"payload"`
	Phash    string          `json:"phash"`
	Rx       []receptionLine `json:"rx"`
}

type receptionLine struct {
	At      string     `json:"at"`
	RSSIDDB int        `json:"rssi_ddbm"`
	SNRDDB  int        `json:"snr_ddb"`
	Tmst    *uint32    `json:"tmst,omitempty"`
	OK      bool       `json:"ok"`
	Reason  air.Reason `json:"reason,omitempty"`
}

// Frame records a finished frame. tmst gives the counter of a gateway at the
// end of the frame, and whether the receiver is a gateway.
func (j *Journal) Frame(f *air.Frame, rs []air.Reception, tmst func(gateway string) (uint32, bool)) {
	sum := sha256.Sum256(f.Payload)
	l := frameLine{
		Type: "frame", ID: f.ID, Kind: f.Kind, From: f.From.Name, Start: j.unixNano(f.Start), AirtimeU: (f.End - f.Start).Microseconds(),
		FreqHz: f.FreqHz, SF: f.SF, BW: f.BandwidthKHz, EIRPDDB: tenths(f.PowerDBm + f.From.GainDBi), Inverted: f.Inverted,
		Payload: hex.EncodeToString(f.Payload), Phash: hex.EncodeToString(sum[:]), Rx: []receptionLine{},
	}
	t := &Transmission{
		ID: f.ID, Device: f.From.Name, Kind: f.Kind, Phash: l.Phash, Start: l.Start, Heard: []string{},
		From: map[string]int{}, tmst: map[uint32]bool{}, phy: string(f.Payload), end: f.End,
	}
	for _, r := range rs {
		rl := receptionLine{At: r.Receiver, RSSIDDB: tenths(r.RSSI), SNRDDB: tenths(r.SNR), OK: r.OK(), Reason: r.Reason}
		if c, ok := tmst(r.Receiver); ok {
			rl.Tmst = &c
			if r.OK() {
				t.tmst[c] = true
				t.Heard = append(t.Heard, r.Receiver)
			}
		}
		if r.OK() {
			j.totals.Receptions++
		} else {
			j.totals.Missed[r.Reason]++
		}
		l.Rx = append(l.Rx, rl)
	}
	j.write(l)
	j.count(f, rs, t)
}

func (j *Journal) count(f *air.Frame, rs []air.Reception, t *Transmission) {
	j.totals.Frames++
	heard := len(t.Heard) > 0
	switch f.Kind {
	case air.Beacon:
		j.totals.BeaconsSent++
		if heard {
			j.totals.BeaconsHeard++
		}
	case air.Downlink:
		j.totals.DownlinksOnAir++
		phy := string(f.Payload)
		if len(j.heardBy) >= maxTransmissions {
			clear(j.heardBy)
		}
		for _, r := range rs {
			j.heardBy[phy] = r.Reason
		}
	case air.Join, air.Uplink:
		j.totals.UplinksSent++
		if heard {
			j.totals.UplinksHeard++
		}
		j.remember(t)
	}
}

func (j *Journal) remember(t *Transmission) {
	if len(j.sent) == maxTransmissions {
		old := j.sent[0]
		j.sent = j.sent[1:]
		delete(j.byID, old.ID)
		delete(j.byPHY, old.phy)
	}
	j.sent = append(j.sent, t)
	j.byID[t.ID] = t
	j.byPHY[t.phy] = append(j.byPHY[t.phy], t)
}

// Transmissions returns the frames of devices from id since on.
func (j *Journal) Transmissions(since uint64) []Transmission {
	out := []Transmission{}
	for _, t := range j.sent {
		if t.ID >= since {
			out = append(out, *t)
		}
	}
	return out
}

func tenths(v float64) int { return int(math.Round(10 * v)) }
