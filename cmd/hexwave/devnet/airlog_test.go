package devnet

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// dataFrame is an unconfirmed uplink of size bytes.
func dataFrame(addr uint32, counter uint16, size int) string {
	b := []byte{0x40}
	b = binary.LittleEndian.AppendUint32(b, addr)
	b = append(b, 0)
	b = binary.LittleEndian.AppendUint16(b, counter)
	b = append(b, make([]byte, size-len(b))...)
	b[8] = 1 // port
	return hex.EncodeToString(b)
}

func writeLog(t *testing.T, lines ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "air.ndjson")
	if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAirLog(t *testing.T) {
	beacon := wire.NewBeacon(7, wire.Preimage{1, 2, 3})
	log, err := readAirLog(writeLog(t,
		`{"type":"frame","id":1,"kind":"beacon","from":"hotspot-01","start_unix_ns":5,"payload":"`+hex.EncodeToString(beacon[:])+
			`","rx":[{"at":"hotspot-02","ok":true,"tmst":9},{"at":"hotspot-03","ok":false,"tmst":9,"reason":"weak"},{"at":"device-01","ok":true}]}`,
		`{"type":"frame","id":2,"kind":"uplink","from":"device-01","start_unix_ns":100,"payload":"`+dataFrame(1, 1, 20)+`","rx":[{"at":"hotspot-02","ok":true,"tmst":9}]}`,
		`{"type":"frame","id":3,"kind":"uplink","from":"device-01","start_unix_ns":200,"payload":"`+dataFrame(1, 2, 20)+`","rx":[]}`,
		`{"type":"joined","device":"device-01"}`,
		`{"type":"copy","payl`))
	if err != nil {
		t.Fatal(err)
	}
	if len(log.beacons) != 1 || log.beacons[0].Frame.ShortID() != 7 || strings.Join(log.beacons[0].Heard, " ") != "hotspot-02" {
		t.Errorf("beacons: %+v", log.beacons)
	}
	if got := log.copiesBetween(100, 300); got != 1 {
		t.Errorf("%d copies between 100 and 300, want 1: one frame was not heard", got)
	}
	if got := log.copiesBetween(101, 300); got != 0 {
		t.Errorf("%d copies after 100, want 0", got)
	}
}

func TestAirLogRefusesDamage(t *testing.T) {
	for _, line := range []string{`{"type":"copy","payload":"zz"}`, `{"type":"frame","kind":"beacon","payload":"00"}`, `{"type":5}`} {
		if _, err := readAirLog(writeLog(t, line)); err == nil {
			t.Errorf("%s: read without an error", line)
		}
	}
	if _, err := readAirLog(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a missing file was read")
	}
}

func TestCreditsOfWhatWasDelivered(t *testing.T) {
	const free, keyed = 1, 2
	from := func(gateway string, transmission int, payload string) string {
		return fmt.Sprintf(`{"type":"copy","transmission":%d,"gateway":"%s","payload":"%s"}`, transmission, gateway, payload)
	}
	copyOf := func(transmission int, payload string) string { return from("a", transmission, payload) }
	join := "00" + strings.Repeat("00", 22)
	log, err := readAirLog(writeLog(t,
		copyOf(1, dataFrame(free, 1, 24)), from("b", 1, dataFrame(free, 1, 24)), // two copies, 1 DC each
		copyOf(2, dataFrame(free, 1, 24)),                                         // a repetition of a device without a key: billed
		copyOf(3, dataFrame(keyed, 1, 25)), from("b", 3, dataFrame(keyed, 1, 25)), // 2 DC each
		copyOf(1, dataFrame(free, 1, 24)), from("b", 3, dataFrame(keyed, 1, 25)), // the same again after a kill: billed once
		copyOf(4, dataFrame(keyed, 1, 25)), // a repetition with a key: delivered, not billed
		copyOf(5, dataFrame(keyed, 2, 12)),
		copyOf(6, join),
	))
	if err != nil {
		t.Fatal(err)
	}
	got, err := log.credits(func(a packetrouter.DevAddr) bool { return a == keyed })
	if err != nil || got != 3+4+1 {
		t.Errorf("%d DC, %v, want 8", got, err)
	}
}
