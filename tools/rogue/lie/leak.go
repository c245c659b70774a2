package lie

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/wire"
)

// keepFrames bounds the frames a leaker remembers.
const keepFrames = 256

// Leak remembers the beacons that a radio heard and serves them. It is safe for
// concurrent use.
type Leak struct {
	mu     sync.Mutex
	frames []string // hex, newest last; guarded by mu
}

// Heard takes a frame from the radio; what is no beacon is ignored.
func (k *Leak) Heard(u hotspot.Uplink) {
	b, err := wire.ParseBeacon(u.Payload)
	if err != nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.frames) >= keepFrames {
		k.frames = append([]string(nil), k.frames[1:]...)
	}
	k.frames = append(k.frames, hex.EncodeToString(b[:]))
}

// ServeHTTP answers with the frames as a JSON array of hex strings.
func (k *Leak) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	k.mu.Lock()
	list := append([]string{}, k.frames...)
	k.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(list) // a client that went away needs no answer
}
