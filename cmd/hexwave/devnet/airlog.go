package devnet

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// maxLogLine bounds one line of the radio log: a frame with every receiver.
const maxLogLine = 1 << 20

// airLog is what the radio log says really happened.
type airLog struct {
	beacons []airBeacon
	frames  map[uint64]airFrame // of devices, by transmission
	copies  []airCopy           // that reached the network server, in order
}

// airBeacon is one beacon on the air.
type airBeacon struct {
	From   string
	Frame  wire.Beacon
	Start  int64 // Unix nanoseconds
	Heard  []string
	Missed int
}

// airFrame is one frame of a device.
type airFrame struct {
	Start int64 // Unix nanoseconds
	Heard int   // gateways that decoded it
}

// airCopy is a frame at the network server.
type airCopy struct {
	Transmission uint64
	Gateway      string
	Payload      []byte
}

type logLine struct {
	Type    string `json:"type"`
	ID      uint64 `json:"id"`
	Kind    string `json:"kind"`
	From    string `json:"from"`
	Start   int64  `json:"start_unix_ns"`
	Payload string `json:"payload"`
	Gateway string `json:"gateway"`
	Rx      []struct {
		At   string  `json:"at"`
		OK   bool    `json:"ok"`
		Tmst *uint32 `json:"tmst"`
	} `json:"rx"`
	Transmission uint64 `json:"transmission"`
}

// readAirLog reads the simulator's log file.
func readAirLog(name string) (*airLog, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open radio log: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	log := &airLog{frames: map[uint64]airFrame{}}
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, maxLogLine)
	for n := 1; sc.Scan(); n++ {
		if !bytes.HasPrefix(sc.Bytes(), []byte("{")) {
			continue
		}
		if err := log.add(sc.Bytes()); err != nil {
			return nil, fmt.Errorf("radio log, line %d: %w", n, err)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read radio log: %w", err)
	}
	return log, nil
}

func (a *airLog) add(line []byte) error {
	var l logLine
	if err := json.Unmarshal(line, &l); err != nil {
		// The last line may be half written while the simulator runs.
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil
		}
		return err
	}
	if l.Type != "frame" && l.Type != "copy" {
		return nil
	}
	payload, err := hex.DecodeString(l.Payload)
	if err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	if l.Type == "copy" {
		a.copies = append(a.copies, airCopy{l.Transmission, l.Gateway, payload})
		return nil
	}
	heard := []string{}
	for _, rx := range l.Rx {
		if rx.OK && rx.Tmst != nil {
			heard = append(heard, rx.At)
		}
	}
	switch l.Kind {
	case "beacon":
		frame, err := wire.ParseBeacon(payload)
		if err != nil {
			return fmt.Errorf("beacon: %w", err)
		}
		a.beacons = append(a.beacons, airBeacon{From: l.From, Frame: frame, Start: l.Start, Heard: heard, Missed: len(l.Rx) - len(heard)})
	case "uplink", "join":
		a.frames[l.ID] = airFrame{Start: l.Start, Heard: len(heard)}
	}
	return nil
}

// credits prices what reached the network server: each copy of a data frame
// pays by its length. keyed tells the addresses whose session key the router
// knows: there a device's repetition of a frame counter is delivered and not
// billed.
func (a *airLog) credits(keyed func(packetrouter.DevAddr) bool) (uint64, error) {
	type use struct {
		addr    packetrouter.DevAddr
		counter uint16
	}
	type reception struct {
		transmission uint64
		gateway      string
	}
	billed := map[use]uint64{} // transmission
	had := map[reception]bool{}
	var sum uint64
	for _, c := range a.copies {
		// A hotspot repeats a copy when the router was killed between delivering and
		// metering it: that is one copy, billed once.
		if r := (reception{c.Transmission, c.Gateway}); c.Transmission != 0 {
			if had[r] {
				continue
			}
			had[r] = true
		}
		f, err := packetrouter.ParseFrame(c.Payload)
		if err != nil {
			return 0, fmt.Errorf("frame at the network server: %w", err)
		}
		if f.Kind == packetrouter.FrameData && keyed(f.Addr) {
			u := use{f.Addr, f.Counter}
			if first, ok := billed[u]; ok && first != c.Transmission {
				continue
			}
			billed[u] = c.Transmission
		}
		sum += uint64(packetrouter.Credits(f, len(c.Payload)))
	}
	return sum, nil
}

// copiesBetween counts the receptions of devices' frames in a span of time, Unix
// nanoseconds.
func (a *airLog) copiesBetween(from, to int64) uint64 {
	var n uint64
	for _, f := range a.frames {
		if f.Start >= from && f.Start < to {
			n += uint64(f.Heard)
		}
	}
	return n
}
