package wifi

import (
	"net/netip"
	"sync"

	"github.com/hexwave/hexwave/proto/radius"
)

// keepReply is how long an answer is repeated to the same request, milliseconds
// (RFC 5080 §2.2.2 asks for 5 to 30 s).
const keepReply = 30_000

// maxReplies bounds the memory.
const maxReplies = 1 << 16

// requestKey tells whether a datagram is the same request again.
type requestKey struct {
	from          netip.AddrPort
	code          radius.Code
	id            byte
	authenticator [16]byte
}

// replies remembers answers, and requests under way.
type replies struct {
	mu    sync.Mutex
	known map[requestKey]reply // guarded by mu
}

type reply struct {
	at    uint64
	bytes []byte // nil while under way
}

// begin notes a request. For one that was seen it returns the answer to repeat,
// nil when that is still under way; full means that it cannot be noted.
func (r *replies) begin(k requestKey, now uint64) (again, full bool, answer []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x, ok := r.known[k]; ok && now <= x.at+keepReply {
		return true, false, x.bytes
	}
	if len(r.known) >= maxReplies {
		return false, true, nil
	}
	r.known[k] = reply{at: now}
	return false, false, nil
}

// answered keeps the answer to a request.
func (r *replies) answered(k requestKey, now uint64, answer []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[k] = reply{now, answer}
}

// forget lets the request be treated anew.
func (r *replies) forget(k requestKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, k)
}

// prune forgets what is old.
func (r *replies) prune(now uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, x := range r.known {
		if now > x.at+keepReply {
			delete(r.known, k)
		}
	}
}
