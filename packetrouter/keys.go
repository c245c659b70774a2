package packetrouter

import (
	"crypto/sha256"
	"encoding/binary"
	"sync/atomic"
)

// keyRef finds the session keys of a device on a route.
type keyRef struct {
	route RouteKey
	addr  DevAddr
}

// keySet is the session keys of one DevAddr on one route.
type keySet struct {
	keys []sessionKey
	// memo is where the last match was: key index << 16 | high half of FCnt, plus
	// one; 0 is none. It makes the usual check one CMAC.
	memo atomic.Uint64
}

// sessionKey is one key with its schedule, made at first use.
type sessionKey struct {
	key       SessionKey
	maxCopies uint16
	id        uint32 // hash of the key, for replay memory
	schedule  atomic.Pointer[cmac]
}

func (k *sessionKey) cmac() *cmac {
	if c := k.schedule.Load(); c != nil {
		return c
	}
	c := newCMAC(k.key)
	k.schedule.Store(c)
	return c
}

func (t *Table) addKeys(r *Route, defs []KeyDef, previous *Table) {
	grouped := map[DevAddr][]KeyDef{}
	for _, d := range defs {
		grouped[d.Addr] = append(grouped[d.Addr], d)
	}
	for addr, list := range grouped {
		ref := keyRef{r.Key, addr}
		set := &keySet{keys: make([]sessionKey, len(list))}
		for i, d := range list {
			sum := sha256.Sum256(d.Key[:])
			set.keys[i].key, set.keys[i].maxCopies = d.Key, d.MaxCopies
			set.keys[i].id = binary.BigEndian.Uint32(sum[:4])
		}
		if previous != nil {
			set.inherit(previous.keys[ref])
		}
		t.keys[ref] = set
	}
}

// inherit takes the memo of an equal set.
func (s *keySet) inherit(old *keySet) {
	if old == nil || len(old.keys) != len(s.keys) {
		return
	}
	for i := range s.keys {
		if s.keys[i].key != old.keys[i].key {
			return
		}
	}
	s.memo.Store(old.memo.Load())
}

// highFirst is how many values of the upper half of FCnt are tried for a key
// that has not matched before: frame counters up to 2^22.
const highFirst = 64

// match finds the key and the full counter that make the payload's MIC.
func (s *keySet) match(p []byte, f Frame, mic *micScratch) (k *sessionKey, counter uint32, ok bool) {
	try := func(i int, high uint32) bool {
		if mic.tries >= maxMICTries {
			return false
		}
		counter = high<<16 | uint32(f.Counter)
		if !mic.uplinkMIC(s.keys[i].cmac(), p, f.Addr, counter) {
			return false
		}
		s.memo.Store(uint64(i)<<16 | uint64(high) + 1)
		k = &s.keys[i]
		return true
	}
	memoKey, memoHigh, known := -1, uint32(0), false
	if m := s.memo.Load(); m != 0 {
		memoKey, memoHigh, known = int((m-1)>>16), uint32((m-1)&0xffff), true
		if try(memoKey, memoHigh) || memoHigh < 0xffff && try(memoKey, memoHigh+1) {
			return k, counter, true
		}
	}
	for high := range uint32(highFirst) {
		for i := range s.keys {
			if known && i == memoKey && (high == memoHigh || high == memoHigh+1) {
				continue
			}
			if try(i, high) {
				return k, counter, true
			}
		}
	}
	return nil, 0, false
}
