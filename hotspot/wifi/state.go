package wifi

import (
	"crypto/sha256"
	"strconv"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// session is one device at one access point, as the access point counts it.
type session struct {
	NAS     string         `json:"nas"`
	ID      string         `json:"id"` // Acct-Session-Id
	Station radius.MAC     `json:"station"`
	Written string         `json:"written"` // Calling-Station-Id as the access point writes it
	Grant   grantID        `json:"grant"`   // zero while unbound
	Counter Counter        `json:"counter"`
	Last    radius.Reading `json:"last"`
	Event   int64          `json:"event,omitempty"` // newest Event-Timestamp that was believed, Unix seconds
	Opened  uint64         `json:"opened"`          // Unix milliseconds, like all times here
	Seen    uint64         `json:"seen"`
	Closed  uint64         `json:"closed,omitempty"` // 0 while open
}

type grantID [16]byte

// name is the key of a session: access point, id, station.
func sessionName(nas, id string, station radius.MAC) string {
	return strconv.Itoa(len(nas)) + ":" + nas + strconv.Itoa(len(id)) + ":" + id + station.String()
}

func (s *session) name() string { return sessionName(s.NAS, s.ID, s.Station) }

// hash is how usage records name a session: nobody else's words for it.
func (s *session) hash() [16]byte {
	h := sha256.New()
	h.Write([]byte(s.NAS))
	h.Write([]byte{0})
	h.Write([]byte(s.ID))
	h.Write([]byte{0})
	h.Write([]byte(s.Station.String()))
	return [16]byte(h.Sum(nil))
}

// grant is a payer's admission, and what was carried under it.
type grant struct {
	Raw      []byte   `json:"raw"` // wire.Grant
	Realm    string   `json:"realm"`
	Accepted uint64   `json:"accepted"` // when the Accept came
	Up       uint64   `json:"up"`
	Down     uint64   `json:"down"`
	Seq      uint32   `json:"seq"` // of the last record
	Prev     [32]byte `json:"prev"`
	At       uint64   `json:"at"` // time of the last record

	// claimed is Up + Down of the last record. It is not stored: a record is made
	// with every change of either.
	claimed    uint64
	wire.Grant `json:"-"`
}

// payerRef names a payer's lane.
type payerRef struct {
	Org  uint32 `json:"org"`
	Lane uint16 `json:"lane"`
}

func (g *grant) payer() payerRef { return payerRef{g.Org, g.Lane} }

// account is how a payer stands with this hotspot, in micro-DC of all time.
type account struct {
	Payer     payerRef          `json:"payer"`
	Claimed   uint64            `json:"claimed"`
	Vouchered uint64            `json:"vouchered"`
	Refused   uint64            `json:"refused"`
	Rest      uint32            `json:"rest"`   // 10^-6 micro-DC not claimed yet
	Epochs    map[uint32]uint64 `json:"epochs"` // best voucher of each epoch that still counts
	Price     uint32            `json:"price"`  // of its newest grant
	Quantum   uint32            `json:"quantum"`

	exposure exposure
}

// record is a usage record that waits for the payer's word.
type record struct {
	raw   []byte // wire.Usage
	micro uint64 // what it claims
	realm string
	sent  uint64 // when it was last handed on; 0 never. In memory only
	ready bool   // on disk
}

// packet is an Accounting-Request that waits for the AAA's answer.
type packet struct {
	Number uint64  `json:"number"` // rises
	Grant  grantID `json:"grant"`
	Raw    []byte  `json:"raw"` // RADIUS under the tunnel's secret, without our Proxy-State
	At     uint64  `json:"at"`

	sent  uint64
	ready bool
}

// state is the whole book in memory. Its methods note what they change in dirty
// names, which a store writes at once; they know no clock.
type state struct {
	chain    wire.ChainHash
	sessions map[string]*session
	grants   map[grantID]*grant
	accounts map[payerRef]*account
	records  map[recordKey]*record
	packets  map[uint64]*packet
	next     uint64 // number of the next packet
	open     map[grantID]int

	dirty changes
}

type recordKey struct {
	grant grantID
	seq   uint32
}

// changes are the names of what differs from the disk.
type changes struct {
	sessions map[string]bool
	grants   map[grantID]bool
	accounts map[payerRef]bool
	records  map[recordKey]bool
	packets  map[uint64]bool
}

func newChanges() changes {
	return changes{map[string]bool{}, map[grantID]bool{}, map[payerRef]bool{}, map[recordKey]bool{}, map[uint64]bool{}}
}

func newState(chain wire.ChainHash) *state {
	return &state{
		chain: chain, sessions: map[string]*session{}, grants: map[grantID]*grant{}, accounts: map[payerRef]*account{},
		records: map[recordKey]*record{}, packets: map[uint64]*packet{}, next: 1, open: map[grantID]int{}, dirty: newChanges(),
	}
}

func (s *state) account(p payerRef) *account {
	a := s.accounts[p]
	if a == nil {
		a = &account{Payer: p, Epochs: map[uint32]uint64{}}
		s.accounts[p] = a
	}
	return a
}

// admit notes a grant that an Accept brought.
func (s *state) admit(g *grant) {
	s.grants[g.ID] = g
	s.dirty.grants[g.ID] = true
	a := s.account(g.payer())
	a.Price, a.Quantum = g.Price, g.Quantum
	s.dirty.accounts[g.payer()] = true
}

// vouch takes a voucher; a lower one than known changes nothing.
func (s *state) vouch(v *wire.Voucher) {
	a := s.account(payerRef{v.Org, v.Lane})
	if v.Cum <= a.Epochs[v.Epoch] {
		return
	}
	rise := v.Cum - a.Epochs[v.Epoch]
	a.Epochs[v.Epoch] = v.Cum
	for e := range a.Epochs {
		if uint64(e)+2 <= uint64(v.Epoch) {
			delete(a.Epochs, e)
		}
	}
	a.Vouchered = add(a.Vouchered, rise)
	a.exposure.vouchered = a.Vouchered
	a.exposure.cover(rise)
	s.dirty.accounts[a.Payer] = true
}

// settle takes a payer's final word on a record and forgets it. It reports
// whether the record was refused.
func (s *state) settle(k recordKey, v wire.UsageVerdict) (refused bool) {
	r, g := s.records[k], s.grants[k.grant]
	if r == nil || g == nil {
		return false
	}
	delete(s.records, k)
	s.dirty.records[k] = true
	if v == wire.UsageAccepted || v == wire.UsageDuplicate {
		return false
	}
	a := s.account(g.payer())
	a.Refused = add(a.Refused, r.micro)
	a.exposure.refused = a.Refused
	a.exposure.cover(r.micro)
	s.dirty.accounts[a.Payer] = true
	return true
}

// forward keeps an Accounting-Request for the AAA.
func (s *state) forward(g grantID, raw []byte, now uint64) *packet {
	p := &packet{Number: s.next, Grant: g, Raw: raw, At: now}
	s.next++
	s.packets[p.Number] = p
	s.dirty.packets[p.Number] = true
	return p
}

// drop forgets a packet.
func (s *state) drop(number uint64) {
	delete(s.packets, number)
	s.dirty.packets[number] = true
}
