// Package phone is the other end of the simulator: phones that log in at access
// points, move bytes, roam and leave, and the access points as RADIUS clients of
// a hotspot. It owns the truth about what was carried: what the access points
// counted and the hotspot answered.
package phone

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/tools/wifisim/aaa"
	"github.com/hexwave/hexwave/tools/wifisim/town"
)

// Session is what one session came to.
type Session struct {
	AP    string `json:"ap"`
	User  string `json:"user"`
	ID    string `json:"id"`
	Bytes uint64 `json:"bytes"` // answered
}

// Facts are what phones and access points have seen.
type Facts struct {
	Accepted           uint64    `json:"logins_ok"`
	RejectedExpected   uint64    `json:"rejected_expected"`   // wrong passwords
	RejectedUnexpected uint64    `json:"rejected_unexpected"` // right ones
	AcceptedUnexpected uint64    `json:"accepted_unexpected"` // wrong ones
	Unanswered         uint64    `json:"logins_unanswered"`   // given up; tried again
	Grants             uint64    `json:"grants"`              // Accepts with exactly one
	KeysRight          uint64    `json:"keys_right"`
	KeysWrong          uint64    `json:"keys_wrong"`
	Reauthentications  uint64    `json:"reauthentications"`
	Roams              uint64    `json:"roams"`
	Disconnects        uint64    `json:"disconnects"`
	AccountingSent     uint64    `json:"accounting_sent"`
	AccountingAgain    uint64    `json:"accounting_again"`
	AccountingAnswered uint64    `json:"accounting_answered"`
	Open               int       `json:"open_sessions"`
	Bytes              uint64    `json:"bytes"` // of all sessions, answered
	Sessions           []Session `json:"sessions"`
}

// World is all access points and phones.
type World struct {
	town town.Town
	das  map[string]*net.UDPConn

	mu       sync.Mutex
	facts    Facts               // guarded by mu
	sessions map[string]*session // guarded by mu: open ones by Acct-Session-Id
	done     []Session           // guarded by mu
	number   uint32              // guarded by mu: of the last session

	start chan struct{} // closed by Start
	stop  chan struct{} // closed by Stop
	ended chan struct{} // closed when all phones have left
	once  [2]sync.Once
}

// New opens the access points' ports for Disconnect-Requests.
func New(t town.Town) (*World, error) {
	w := &World{
		town: t, das: map[string]*net.UDPConn{}, sessions: map[string]*session{},
		start: make(chan struct{}), stop: make(chan struct{}), ended: make(chan struct{}),
	}
	for _, p := range t.AccessPoints {
		a, err := net.ResolveUDPAddr("udp", p.DAS)
		if err != nil {
			return nil, fmt.Errorf("access point %s: %w", p.Name, err)
		}
		if w.das[p.Name], err = net.ListenUDP("udp", a); err != nil {
			return nil, fmt.Errorf("access point %s: %w", p.Name, err)
		}
	}
	return w, nil
}

// Start lets the phones log in.
func (w *World) Start() { w.once[0].Do(func() { close(w.start) }) }

// Stop has every phone leave, and returns when the last Stop was answered or ctx is
// done.
func (w *World) Stop(ctx context.Context) error {
	w.Start()
	w.once[1].Do(func() { close(w.stop) })
	select {
	case <-w.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("phones have not left: %w", ctx.Err())
	}
}

// Facts returns what was seen so far.
func (w *World) Facts() Facts {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.facts
	f.Sessions = append([]Session{}, w.done...)
	for _, s := range w.sessions {
		f.Sessions = append(f.Sessions, s.fact())
	}
	f.Open = len(w.sessions)
	for _, s := range f.Sessions {
		f.Bytes += s.Bytes
	}
	return f
}

func (w *World) count(f func(*Facts)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(&w.facts)
}

// Run lives until ctx is done.
func (w *World) Run(ctx context.Context) error {
	var all, phones sync.WaitGroup
	for i := range w.town.AccessPoints {
		p := &w.town.AccessPoints[i]
		all.Go(func() { w.listen(ctx, p) })
	}
	for i := range w.town.Users {
		u := &w.town.Users[i]
		phones.Go(func() { w.live(ctx, u, rand.New(rand.NewPCG(w.town.Seed, uint64(i)))) })
	}
	phones.Wait()
	close(w.ended)
	all.Wait()
	return nil
}

// listen takes Disconnect-Requests for one access point.
func (w *World) listen(ctx context.Context, p *town.AccessPoint) {
	conn := w.das[p.Name]
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // ends the read
	defer stop()
	buf := make([]byte, radius.MaxPacket)
	for ctx.Err() == nil {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			continue
		}
		q, err := radius.ParseRequest(buf[:n], []byte(p.Secret))
		if err != nil || q.Code != radius.DisconnectRequest {
			continue
		}
		code := radius.DisconnectNAK
		w.mu.Lock()
		if s := w.sessions[radius.String(q, radius.TypeAcctSession)]; s != nil && s.ap.Name == p.Name {
			code = radius.DisconnectACK
			w.facts.Disconnects++
			s.kick()
		}
		w.mu.Unlock()
		if raw, err := radius.EncodeReply(radius.NewReply(q, code), q); err == nil {
			_, _ = conn.WriteToUDPAddrPort(raw, from) // the hotspot asks again
		}
	}
}

// Pauses of a phone.
const (
	afterReject     = 20 * time.Second
	afterDisconnect = 3 * time.Second
	afterSilence    = time.Second
)

// live is the life of one phone.
func (w *World) live(ctx context.Context, u *town.User, chance *rand.Rand) {
	if !w.wait(ctx, w.start, 0) {
		return
	}
	ap := w.point(u.AP)
	for !w.over(ctx) {
		l, err := w.login(ctx, ap, u)
		pause := afterDisconnect
		switch {
		case errors.Is(err, errRejected):
			pause = afterReject
		case err != nil:
			w.count(func(f *Facts) { f.Unanswered++ })
			pause = afterSilence
		default:
			ap = w.session(ctx, ap, u, l, chance)
		}
		w.wait(ctx, w.stop, pause)
	}
}

func (w *World) point(name string) *town.AccessPoint {
	for i := range w.town.AccessPoints {
		if w.town.AccessPoints[i].Name == name {
			return &w.town.AccessPoints[i]
		}
	}
	panic("phone: town.Parse has looked for it")
}

func (w *World) over(ctx context.Context) bool {
	select {
	case <-w.stop:
		return true
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

// wait waits for c, or for a time when it is not 0; it reports whether ctx lives.
func (w *World) wait(ctx context.Context, c <-chan struct{}, d time.Duration) bool {
	var timer <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-c:
	case <-timer:
	case <-ctx.Done():
		return false
	}
	return true
}

// admission is what an Accept brought.
type admission struct {
	classes [][]byte
	timeout time.Duration // 0: none
	interim time.Duration
}

var errRejected = errors.New("rejected")

// login runs EAP-MD5 through an access point.
func (w *World) login(ctx context.Context, ap *town.AccessPoint, u *town.User) (admission, error) {
	var a admission
	conn, err := net.Dial("udp", ap.Auth)
	if err != nil {
		return a, err
	}
	defer func() { _ = conn.Close() }() // all is said
	typed := u.Password
	if u.Wrong() {
		typed = u.Typed
	}
	reply, _, err := w.ask(ctx, conn, w.request(ap, u, aaa.EAP(2, 1, 1, []byte(u.Name)), nil))
	if err != nil {
		return a, err
	}
	eap := radius.EAP(reply)
	if reply.Code != radius.AccessChallenge || len(eap) < 22 {
		return a, w.rejected(u)
	}
	challenge := eap[6:22]
	answer := aaa.EAP(2, eap[1], 4, append([]byte{16}, aaa.Response(eap[1], typed, challenge)...))
	reply, request, err := w.ask(ctx, conn, w.request(ap, u, answer, reply.Get(radius.TypeState)))
	switch {
	case err != nil:
		return a, err
	case reply.Code != radius.AccessAccept:
		return a, w.rejected(u)
	}
	a = admission{classes: radius.Classes(reply)}
	if s, ok := radius.Uint32(reply, radius.TypeSessionTimeout); ok {
		a.timeout = time.Duration(s) * time.Second
	}
	if s, ok := radius.Uint32(reply, radius.TypeAcctInterim); ok {
		a.interim = time.Duration(s) * time.Second
	}
	w.accepted(u, reply, request, typed, challenge, a)
	return a, nil
}

// grantSize is how long a payer's grant is; it begins with HXG1.
const grantSize = 182

func (w *World) accepted(u *town.User, reply, request *radius.Packet, typed string, challenge []byte, a admission) {
	grants := 0
	for _, c := range a.classes {
		if len(c) == grantSize && string(c[:4]) == "HXG1" {
			grants++
		}
	}
	send, recv, err := radius.Keys(reply, request)
	wantSend, wantRecv := aaa.Keys(typed, challenge)
	w.count(func(f *Facts) {
		f.Accepted++
		if u.Wrong() {
			f.AcceptedUnexpected++
		}
		if grants == 1 {
			f.Grants++
		}
		if err == nil && string(send) == string(wantSend) && string(recv) == string(wantRecv) {
			f.KeysRight++
		} else {
			f.KeysWrong++
		}
	})
}

func (w *World) rejected(u *town.User) error {
	w.count(func(f *Facts) {
		if u.Wrong() {
			f.RejectedExpected++
		} else {
			f.RejectedUnexpected++
		}
	})
	return errRejected
}

// request is an Access-Request of an access point.
func (w *World) request(ap *town.AccessPoint, u *town.User, eap, state []byte) *radius.Packet {
	p := radius.NewRequest(radius.AccessRequest, []byte(ap.Secret))
	p.Add(radius.TypeUserName, []byte(u.Name))
	p.Add(radius.TypeNASIdentifier, []byte(ap.Name))
	p.Add(radius.TypeCalledStation, []byte(ap.BSSID+":hexwave"))
	p.Add(radius.TypeCallingStation, []byte(u.MAC))
	radius.SetUint32(p, radius.TypeNASPortType, 19) // Wireless-802.11 (RFC 2865 §5.41)
	if state != nil {
		p.Add(radius.TypeState, state)
	}
	radius.SetEAP(p, eap)
	return p
}

// Tries of a request.
const (
	tries    = 5
	tryEvery = 2 * time.Second
)

var errSilence = errors.New("no answer")

// ask sends a request until it is answered, some times.
func (w *World) ask(ctx context.Context, conn net.Conn, p *radius.Packet) (reply, request *radius.Packet, err error) {
	raw, err := radius.EncodeRequest(p)
	if err != nil {
		return nil, nil, err
	}
	buf := make([]byte, radius.MaxPacket)
	for n := range tries {
		if p.Code == radius.AccountingRequest {
			w.count(func(f *Facts) {
				f.AccountingSent++
				if n > 0 {
					f.AccountingAgain++
				}
			})
		}
		_, _ = conn.Write(raw) // a hotspot that is away answers later or never
		if err := conn.SetReadDeadline(time.Now().Add(tryEvery)); err != nil {
			return nil, nil, err
		}
		for {
			n, err := conn.Read(buf)
			if ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				break
			}
			if err != nil {
				time.Sleep(tryEvery / 10) // nobody listens there now
				continue
			}
			if reply, err := radius.ParseReply(buf[:n], p.Secret, p, true); err == nil {
				return reply, p, nil
			}
		}
	}
	return nil, nil, errSilence
}

// sessionID numbers sessions as hostapd does: 16 hex digits, random and counted.
func (w *World) sessionID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.number++
	b := binary.BigEndian.AppendUint32(nil, uint32(w.town.Seed))
	return hex.EncodeToString(binary.BigEndian.AppendUint32(b, w.number))
}
