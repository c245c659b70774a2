package phone

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/tools/wifisim/town"
)

// session is one device at one access point, as the access point counts it.
type session struct {
	ap    *town.AccessPoint
	user  *town.User
	id    string
	multi string
	began time.Time
	gone  chan struct{} // closed when the hotspot asks to end it
	once  sync.Once

	up, down uint64
	answered uint64 // bytes of the last packet that was answered; the world's mu guards it
}

func (s *session) kick() { s.once.Do(func() { close(s.gone) }) }

func (s *session) fact() Session { return Session{s.ap.Name, s.user.Name, s.id, s.answered} }

// roamAfter is after how many intervals a phone that roams moves on.
const roamAfter = 4

// defaultInterim is used where nobody says how often to report.
const defaultInterim = time.Minute

// session runs from Start to Stop, and on at another access point when the phone
// roams. It returns where the phone is in the end.
func (w *World) session(ctx context.Context, ap *town.AccessPoint, u *town.User, a admission, chance *rand.Rand) *town.AccessPoint {
	multi := w.sessionID()
	left := -1
	if u.RoamTo != "" && ap.Name == u.AP {
		left = roamAfter
	}
	for {
		s := &session{ap: ap, user: u, id: w.sessionID(), multi: multi, began: time.Now(), gone: make(chan struct{})}
		roams := w.stay(ctx, s, &a, left, chance)
		if !roams {
			return ap
		}
		w.count(func(f *Facts) { f.Roams++ })
		ap, left = w.point(u.RoamTo), -1
	}
}

// stay is the time at one access point: traffic, reports, authentication again. It
// reports whether the phone moves on.
func (w *World) stay(ctx context.Context, s *session, a *admission, left int, chance *rand.Rand) (roams bool) {
	w.mu.Lock()
	w.sessions[s.id] = s
	w.mu.Unlock()
	w.report(ctx, s, a, radius.AcctStart)
	interim := a.interim
	if n := w.town.InterimSeconds; n > 0 {
		interim = time.Duration(n) * time.Second
	}
	if interim <= 0 {
		interim = defaultInterim
	}
	tick := time.NewTicker(interim)
	defer tick.Stop()
	authenticated := time.Now()
	for over := false; !over; {
		select {
		case <-ctx.Done():
			return false
		case <-w.stop:
			over = true
		case <-s.gone:
			over = true
		case <-tick.C:
			s.move(interim, chance)
			if left--; left == 0 {
				over, roams = true, true
				break
			}
			w.report(ctx, s, a, radius.AcctInterim)
		}
		if a.timeout > 0 && time.Since(authenticated) >= a.timeout && !over {
			authenticated = time.Now()
			next, err := w.login(ctx, s.ap, s.user)
			if err != nil {
				break
			}
			*a = next // the newest Class replaces the old one
			w.count(func(f *Facts) { f.Reauthentications++ })
		}
	}
	w.report(ctx, s, a, radius.AcctStop)
	w.mu.Lock()
	delete(w.sessions, s.id)
	w.done = append(w.done, s.fact())
	w.mu.Unlock()
	return roams
}

// move is the traffic of an interval: half to one and a half of the mean.
func (s *session) move(d time.Duration, chance *rand.Rand) {
	bytes := uint64(float64(s.user.Rate) * d.Seconds() * (0.5 + chance.Float64()))
	s.up += bytes / 5
	s.down += bytes - bytes/5
}

// report sends one Accounting-Request until it is answered, however long that
// takes: an access point never gives up.
func (w *World) report(ctx context.Context, s *session, a *admission, status uint32) {
	conn, err := net.Dial("udp", s.ap.Acct)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }() // all is said
	at := time.Now()
	for ctx.Err() == nil {
		p := radius.NewRequest(radius.AccountingRequest, []byte(s.ap.Secret))
		radius.SetUint32(p, radius.TypeAcctStatus, status)
		p.Add(radius.TypeAcctSession, []byte(s.id))
		p.Add(radius.TypeAcctMultiSession, []byte(s.multi))
		p.Add(radius.TypeUserName, []byte(s.user.Name))
		p.Add(radius.TypeNASIdentifier, []byte(s.ap.Name))
		p.Add(radius.TypeCalledStation, []byte(s.ap.BSSID+":hexwave"))
		p.Add(radius.TypeCallingStation, []byte(s.user.MAC))
		for _, c := range a.classes {
			radius.AddClass(p, c)
		}
		radius.SetUint32(p, radius.TypeEventTimestamp, uint32(at.Unix()))
		if late := uint32(time.Since(at).Seconds()); late > 0 {
			radius.SetUint32(p, radius.TypeAcctDelay, late)
		}
		if status != radius.AcctStart {
			counters(p, s)
		}
		if _, _, err := w.ask(ctx, conn, p); err != nil {
			continue
		}
		w.mu.Lock()
		w.facts.AccountingAnswered++
		s.answered = s.up + s.down
		w.mu.Unlock()
		return
	}
}

func counters(p *radius.Packet, s *session) {
	radius.SetUint32(p, radius.TypeAcctSessionTime, uint32(time.Since(s.began).Seconds()))
	radius.SetUint32(p, radius.TypeAcctInput, uint32(s.up))
	radius.SetUint32(p, radius.TypeAcctInputGiga, uint32(s.up>>32))
	radius.SetUint32(p, radius.TypeAcctOutput, uint32(s.down))
	radius.SetUint32(p, radius.TypeAcctOutputGiga, uint32(s.down>>32))
}
