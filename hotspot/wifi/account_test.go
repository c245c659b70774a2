package wifi

import (
	"crypto/sha256"
	"testing"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

func TestScenario03OneSession(t *testing.T) {
	st, class := admitted(t)
	all := tell(t, st, told(nas, "s", radius.AcctStart, 0, class, began))
	all = append(all, tell(t, st, told(nas, "s", radius.AcctInterim, 1000, class, began+minute))...)
	all = append(all, tell(t, st, told(nas, "s", radius.AcctInterim, 3000, class, began+2*minute))...)
	all = append(all, tell(t, st, told(nas, "s", radius.AcctStop, 3500, class, began+3*minute))...)
	if len(st.sessions) != 1 || len(all) < 3 {
		t.Fatalf("%d sessions, %d records", len(st.sessions), len(all))
	}
	prev := [32]byte{}
	for i, u := range all {
		if u.Seq != uint32(i+1) || u.Prev != prev || u.Hotspot != self || u.Grant != [16]byte{1} || u.Org != org {
			t.Errorf("record %d: %+v", i, u)
		}
		prev = sha256.Sum256(u.AppendTo(nil))
	}
	if last := all[len(all)-1]; last.BytesDown != 3500 || last.NASDown != 3500 || last.BytesUp != 0 || last.Flags&wire.UsageFinal == 0 {
		t.Errorf("the last record: %+v", last)
	}
	if a := st.account(payerRef{org, lane}); a.Claimed != 35_000 {
		t.Errorf("claimed %d micro-DC, want 35000", a.Claimed)
	}
}

func TestScenario04TheSameReportAgain(t *testing.T) {
	st, class := admitted(t)
	tell(t, st, told(nas, "s", radius.AcctStart, 0, class, began))
	if n := len(tell(t, st, told(nas, "s", radius.AcctInterim, 1000, class, began+minute))); n != 1 {
		t.Fatalf("%d records", n)
	}
	for i := range uint64(5) {
		again := told(nas, "s", radius.AcctInterim, 1000, class, began+minute)
		again.Delay, again.arrival = 3, began+minute+3000*i
		if out := st.apply(again, self, hotspotKey().Sign); !out.again || len(out.records) != 0 {
			t.Errorf("repetition %d: %+v", i, out)
		}
	}
	stopped := told(nas, "s", radius.AcctStop, 1500, class, began+2*minute)
	tell(t, st, stopped)
	if out := st.apply(stopped, self, hotspotKey().Sign); !out.again || len(out.records) != 0 {
		t.Errorf("Stop again: %+v", out)
	}
	if a := st.account(payerRef{org, lane}); a.Claimed != 15_000 {
		t.Errorf("claimed %d micro-DC, want 15000", a.Claimed)
	}
}

func TestScenario06StopWithoutOctets(t *testing.T) {
	st, class := admitted(t)
	tell(t, st, told(nas, "s", radius.AcctStart, 0, class, began))
	tell(t, st, told(nas, "s", radius.AcctInterim, 700, class, began+minute))
	e := told(nas, "s", radius.AcctStop, 0, class, began+2*minute)
	e.In, e.Out = radius.Octets{}, radius.Octets{}
	list := tell(t, st, e)
	if len(list) != 1 || list[0].BytesDown != 700 || list[0].Flags&wire.UsageFinal == 0 {
		t.Errorf("%+v", list)
	}
}

func TestScenario07AccessPointRestarts(t *testing.T) {
	st, class := admitted(t)
	tell(t, st, told(nas, "s", radius.AcctStart, 0, class, began))
	tell(t, st, told(nas, "s", radius.AcctInterim, 700, class, began+minute))
	tell(t, st, told(other, "s", radius.AcctStart, 0, admit(t, st, 2), began+minute))
	st.reboot(nas, began+2*minute, hotspotKey().Sign)
	for _, x := range st.sessions {
		if closed := x.Closed != 0; closed != (x.NAS == nas) {
			t.Errorf("session at %s: closed %t", x.NAS, closed)
		}
	}
	// It uses the id again, and counts from zero.
	next := admit(t, st, 3)
	tell(t, st, told(nas, "s", radius.AcctStart, 0, next, began+3*minute))
	list := tell(t, st, told(nas, "s", radius.AcctInterim, 500, next, began+4*minute))
	if len(list) != 1 || list[0].BytesDown != 500 || list[0].Grant != [16]byte{3} {
		t.Errorf("the new session: %+v", list)
	}
	if a := st.account(payerRef{org, lane}); a.Claimed != 12_000 {
		t.Errorf("claimed %d micro-DC, want 12000", a.Claimed)
	}
}

func TestScenario08RoamWithinTheSite(t *testing.T) {
	st, class := admitted(t)
	tell(t, st, told(nas, "a", radius.AcctStart, 0, class, began))
	tell(t, st, told(nas, "a", radius.AcctInterim, 30_000_000, class, began+minute))
	tell(t, st, told(other, "b", radius.AcctStart, 0, class, began+minute))
	if list := tell(t, st, told(nas, "a", radius.AcctStop, 30_000_000, class, began+minute+1000)); len(list) != 0 {
		t.Errorf("the first segment ends with a record of its own: %+v", list)
	}
	list := tell(t, st, told(other, "b", radius.AcctStop, 12_000_000, class, began+2*minute))
	last := list[len(list)-1]
	if last.BytesDown != 42_000_000 || last.Grant != [16]byte{1} || last.Flags&wire.UsageFinal == 0 || len(st.sessions) != 2 {
		t.Errorf("%d segments, %+v", len(st.sessions), list)
	}
}

func TestReauthenticationMovesToTheNewestGrant(t *testing.T) {
	st, class := admitted(t)
	tell(t, st, told(nas, "s", radius.AcctStart, 0, class, began))
	tell(t, st, told(nas, "s", radius.AcctInterim, 700, class, began+minute))
	e := told(nas, "s", radius.AcctInterim, 1000, class, began+2*minute)
	e.grants = append(e.grants, admit(t, st, 2)) // hostapd appends the newest
	list := tell(t, st, e)
	if len(list) != 1 || list[0].Grant != [16]byte{2} || list[0].BytesDown != 300 || list[0].Seq != 1 {
		t.Errorf("%+v", list)
	}
}

// 14: what is not this hotspot's grant binds nothing, whoever signed it.
func TestScenario14ForeignGrants(t *testing.T) {
	st, _ := admitted(t)
	bs := newGrant(1, self+1, began)
	forged := newGrant(5, self, began)
	for _, c := range []struct {
		name string
		raw  []byte
		want Reason
	}{
		{"of hotspot B", bs.AppendTo(nil), GrantMismatch},
		{"that no Accept brought", forged.AppendTo(nil), BadGrant},
		{"garbage", make([]byte, wire.GrantSize), Unbound},
	} {
		out := st.apply(told(nas, c.name, radius.AcctInterim, 700, c.raw, began+minute), self, hotspotKey().Sign)
		if out.counted || out.reason != c.want || len(out.records) != 0 {
			t.Errorf("a grant %s: %+v, want %s", c.name, out, c.want)
		}
	}
	if a := st.account(payerRef{org, lane}); a.Claimed != 0 {
		t.Errorf("claimed %d micro-DC", a.Claimed)
	}
}

func TestSilentSessionsAreClosed(t *testing.T) {
	st, class := admitted(t)
	tell(t, st, told(nas, "s", radius.AcctStart, 0, class, began))
	tell(t, st, told(nas, "s", radius.AcctInterim, 700, class, began+minute))
	if list := st.silent(began+5*minute, hotspotKey().Sign); len(list) != 0 {
		t.Errorf("after four intervals: %+v", usages(t, list))
	}
	list := usages(t, st.silent(began+5*minute+1, hotspotKey().Sign))
	if len(list) != 1 || list[0].BytesDown != 700 || list[0].Flags&wire.UsageFinal == 0 {
		t.Errorf("%+v", list)
	}
}

// What someone recorded of a session and sends again counts nothing, even when the
// session is over and a Start would open it anew.
func TestReplayedAccountingCountsNothing(t *testing.T) {
	st, class := admitted(t)
	var recorded []*event
	for i, x := range []struct {
		status uint32
		down   uint64
	}{{radius.AcctStart, 0}, {radius.AcctInterim, 1000}, {radius.AcctInterim, 3000}, {radius.AcctStop, 3500}} {
		e := told(nas, "s", x.status, x.down, class, began+uint64(i)*minute)
		e.Event = int64(e.arrival / 1000)
		recorded = append(recorded, e)
		tell(t, st, e)
		for _, old := range recorded[:i] {
			again := *old
			again.arrival = e.arrival + 1000
			if out := st.apply(&again, self, hotspotKey().Sign); !out.again || len(out.records) != 0 {
				t.Errorf("event %d again after event %d: %+v", old.Status, e.Status, out)
			}
		}
	}
	if a := st.account(payerRef{org, lane}); a.Claimed != 35_000 || len(st.sessions) != 1 {
		t.Errorf("claimed %d micro-DC in %d sessions, want 35000 in one", a.Claimed, len(st.sessions))
	}
}

// An access point whose clock was never right is counted all the same.
func TestWrongClockIsCounted(t *testing.T) {
	st, class := admitted(t)
	for i, down := range []uint64{0, 1000, 3000} {
		e := told(nas, "s", radius.AcctInterim, down, class, began+uint64(i)*minute)
		e.Event = 1_000_000 - int64(i) // of 1970, and running backwards
		tell(t, st, e)
	}
	if a := st.account(payerRef{org, lane}); a.Claimed != 30_000 {
		t.Errorf("claimed %d micro-DC, want 30000", a.Claimed)
	}
}
