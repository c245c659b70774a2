package wifi

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/hexwave/hexwave/proto/wire"
)

// ErrBook is returned for a book on disk that cannot be read: nothing was changed.
var ErrBook = errors.New("the session book is damaged")

// Buckets of the book: sessions by name, grants by id, payers by org and lane,
// records by grant and sequence, packets by number, and what else there is.
var buckets = [...]string{bucketSessions, bucketGrants, bucketPayers, bucketRecords, bucketPackets, bucketMeta}

const (
	bucketSessions = "sessions"
	bucketGrants   = "grants"
	bucketPayers   = "payers"
	bucketRecords  = "records"
	bucketPackets  = "packets"
	bucketMeta     = "meta"

	metaPseudonym = "pseudonym" // 32 random bytes
)

// store keeps a book in a bbolt file.
type store struct{ db *bbolt.DB }

// openStore opens the file, which need not exist, for one process alone.
func openStore(path string) (*store, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return nil, fmt.Errorf("open session book %s: %w", path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, b := range buckets {
			if _, err := tx.CreateBucketIfNotExists([]byte(b)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open session book %s: %w", path, err), db.Close())
	}
	return &store{db}, nil
}

func (s *store) close() error { return s.db.Close() }

// pseudonymKey returns the key for stations' pseudonyms, made by fresh once.
func (s *store) pseudonymKey(fresh func() [32]byte) ([32]byte, error) {
	var key [32]byte
	err := s.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucketMeta))
		if v := b.Get([]byte(metaPseudonym)); len(v) == len(key) {
			key = [32]byte(v)
			return nil
		}
		key = fresh()
		return b.Put([]byte(metaPseudonym), key[:])
	})
	return key, err
}

// put is one value to be written, or with a nil value to be deleted.
type put struct {
	bucket     string
	key, value []byte
}

// write makes changes in one transaction, which is on stable storage when it
// returns.
func (s *store) write(list []put) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		for _, p := range list {
			b := tx.Bucket([]byte(p.bucket))
			var err error
			if p.value == nil {
				err = b.Delete(p.key)
			} else {
				err = b.Put(p.key, p.value)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// puts encodes what is dirty and takes it as written.
func (s *state) puts() ([]put, error) {
	var list []put
	object := func(bucket string, key []byte, v any, there bool) error {
		if !there {
			list = append(list, put{bucket, key, nil})
			return nil
		}
		raw, err := json.Marshal(v)
		list = append(list, put{bucket, key, raw})
		return err
	}
	var errs error
	for name := range s.dirty.sessions {
		x := s.sessions[name]
		errs = errors.Join(errs, object(bucketSessions, []byte(name), x, x != nil))
	}
	for id := range s.dirty.grants {
		g := s.grants[id]
		errs = errors.Join(errs, object(bucketGrants, id[:], g, g != nil))
	}
	for ref := range s.dirty.accounts {
		a := s.accounts[ref]
		errs = errors.Join(errs, object(bucketPayers, ref.key(), a, a != nil))
	}
	for n := range s.dirty.packets {
		p := s.packets[n]
		errs = errors.Join(errs, object(bucketPackets, binary.BigEndian.AppendUint64(nil, n), p, p != nil))
	}
	for k := range s.dirty.records {
		var value []byte
		if r := s.records[k]; r != nil {
			value = r.appendTo(nil)
		}
		list = append(list, put{bucketRecords, k.bytes(), value})
	}
	s.dirty = newChanges()
	return list, errs
}

func (r payerRef) key() []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(nil, r.Org), r.Lane)
}

func (k recordKey) bytes() []byte { return binary.BigEndian.AppendUint32(k.grant[:16:16], k.seq) }

// A record on disk: u64 micro-DC that it claims, the record.
func (r *record) appendTo(b []byte) []byte {
	return append(binary.BigEndian.AppendUint64(b, r.micro), r.raw...)
}

func parseRecord(b []byte) (*record, wire.Usage, error) {
	if len(b) != 8+wire.UsageSize {
		return nil, wire.Usage{}, fmt.Errorf("%w: record of %d bytes", ErrBook, len(b))
	}
	u, err := wire.ParseUsage(b[8:])
	if err != nil {
		return nil, u, fmt.Errorf("%w: %w", ErrBook, err)
	}
	return &record{micro: binary.BigEndian.Uint64(b), raw: append([]byte(nil), b[8:]...), ready: true}, u, nil
}

// load reads the whole book. now is when outstanding claims begin to count: the
// payer could not answer while nobody listened.
func (s *store) load(chain wire.ChainHash, now uint64) (*state, error) {
	st := newState(chain)
	err := s.db.View(func(tx *bbolt.Tx) error {
		for _, step := range []struct {
			bucket string
			take   func(k, v []byte) error
		}{
			{bucketGrants, st.loadGrant},
			{bucketSessions, st.loadSession},
			{bucketPayers, st.loadAccount(now)},
			{bucketRecords, st.loadRecord},
			{bucketPackets, st.loadPacket},
		} {
			if err := tx.Bucket([]byte(step.bucket)).ForEach(step.take); err != nil {
				return fmt.Errorf("%s: %w", step.bucket, err)
			}
		}
		return nil
	})
	return st, err
}

func (s *state) loadGrant(_, v []byte) error {
	var g grant
	if err := json.Unmarshal(v, &g); err != nil {
		return fmt.Errorf("%w: %w", ErrBook, err)
	}
	parsed, err := wire.ParseGrant(g.Raw)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBook, err)
	}
	g.Grant, g.claimed = parsed, add(g.Up, g.Down)
	s.grants[g.ID] = &g
	return nil
}

func (s *state) loadSession(k, v []byte) error {
	var x session
	if err := json.Unmarshal(v, &x); err != nil || x.name() != string(k) {
		return fmt.Errorf("%w: session %q: %w", ErrBook, k, err)
	}
	s.sessions[x.name()] = &x
	if x.Closed == 0 && x.Grant != (grantID{}) {
		s.open[x.Grant]++
	}
	return nil
}

func (s *state) loadAccount(now uint64) func(k, v []byte) error {
	return func(_, v []byte) error {
		var a account
		if err := json.Unmarshal(v, &a); err != nil {
			return fmt.Errorf("%w: %w", ErrBook, err)
		}
		if a.Epochs == nil {
			a.Epochs = map[uint32]uint64{}
		}
		a.exposure = exposure{vouchered: a.Vouchered, refused: a.Refused}
		if open := a.Claimed - min(a.Claimed, add(a.Vouchered, a.Refused)); open > 0 {
			a.exposure.claims = []claim{{now, open}}
		}
		s.accounts[a.Payer] = &a
		return nil
	}
}

func (s *state) loadRecord(_, v []byte) error {
	r, u, err := parseRecord(v)
	if err != nil {
		return err
	}
	g := s.grants[u.Grant]
	if g == nil {
		return fmt.Errorf("%w: record of an unknown grant", ErrBook)
	}
	r.realm = g.Realm
	s.records[recordKey{u.Grant, u.Seq}] = r
	return nil
}

func (s *state) loadPacket(k, v []byte) error {
	p := packet{ready: true}
	if err := json.Unmarshal(v, &p); err != nil || len(k) != 8 || binary.BigEndian.Uint64(k) != p.Number {
		return fmt.Errorf("%w: packet: %w", ErrBook, err)
	}
	s.packets[p.Number] = &p
	s.next = max(s.next, p.Number+1)
	return nil
}
