package journal

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/tools/radiosim/air"
)

// uplink records a frame of "dev" heard by gateways a (counter 100) and b (200).
func uplink(j *Journal, id uint64, payload string) {
	f := &air.Frame{ID: id, Kind: air.Uplink, From: air.Site{Name: "dev"}, SF: 7, Payload: []byte(payload), End: time.Second}
	rs := []air.Reception{{Receiver: "a"}, {Receiver: "b"}, {Receiver: "c", Reason: air.Weak}}
	j.Frame(f, rs, func(g string) (uint32, bool) { return uint32(id)*1000 + 100*uint32(g[0]-'a'+1), true })
}

func TestCopies(t *testing.T) {
	var log strings.Builder
	j := New(time.Unix(0, 0), &log)
	uplink(j, 1, "same")
	uplink(j, 2, "same")
	get := func(eui byte, tmst uint32, data string) uint64 {
		return j.Copy(2*time.Second, "lns", gwmp.EUI{eui}, &gwmp.RxPk{Tmst: tmst, Data: []byte(data)})
	}
	for _, tt := range []struct {
		eui  byte
		tmst uint32
		data string
		want uint64
	}{{1, 1100, "same", 1}, {2, 1200, "same", 1}, {1, 2100, "same", 2}, {1, 9999, "same", 2}, {1, 1100, "other", 0}} {
		if got := get(tt.eui, tt.tmst, tt.data); got != tt.want {
			t.Errorf("copy %+v belongs to %d", tt, got)
		}
	}
	s := j.Snapshot(0, 1)
	if s.UplinksSent != 2 || s.UplinksHeard != 2 || s.UplinksDelivered != 2 || s.CopiesDelivered != 5 || s.CopiesUnmatched != 1 ||
		s.CopiesRepeated != 1 || s.CopiesBeyond != 2 || s.CopiesPer[2] != 2 || s.Missed[air.Weak] != 2 || s.DeliveryP99MS != 1000 {
		t.Errorf("%+v", s)
	}
	if n := strings.Count(log.String(), "\n"); n != 7 {
		t.Errorf("%d lines logged, want 7", n)
	}
	if ts := j.Transmissions(2); len(ts) != 1 || len(ts[0].Heard) != 2 || ts[0].From["0100000000000000"] != 2 {
		t.Errorf("%+v", ts)
	}
}

func TestAnswers(t *testing.T) {
	j := New(time.Unix(0, 0), nil)
	for id := uint64(1); id <= 4; id++ {
		uplink(j, id, string(rune('a'+id)))
	}
	down := func(payload string, rs ...air.Reception) {
		j.Frame(&air.Frame{ID: 9, Kind: air.Downlink, SF: 7, Payload: []byte(payload)}, rs, func(string) (uint32, bool) { return 0, false })
	}
	j.Answered(1, []byte("one"))
	down("one", air.Reception{Receiver: "dev"})
	j.WindowsClosed(0, 1, true)
	j.Answered(2, []byte("two"))
	down("two", air.Reception{Receiver: "dev", Reason: air.Collision})
	j.WindowsClosed(0, 2, false)
	j.Answered(3, []byte("three"))
	down("three")
	j.WindowsClosed(0, 3, false)
	j.WindowsClosed(0, 4, false)
	j.Answered(4, []byte("four"))
	j.Answered(77, nil)
	s := j.Totals()
	got := [5]uint64{s.DownlinksAnswered, s.DownlinksReceived, s.DownlinksLostRadio, s.RxWindowsMissed, s.AnsweredLate}
	if want := [5]uint64{3, 1, 1, 1, 1}; got != want {
		t.Errorf("answered, received, lost, missed, late = %v, want %v", got, want)
	}
}

func TestLines(t *testing.T) {
	j := New(time.Unix(0, 0), nil)
	for i := range 5 {
		j.Event(0, "e", map[string]any{"i": i})
	}
	text, next := j.Lines(1, 3)
	if next != 4 || strings.Count(string(text), "\n") != 3 {
		t.Errorf("next %d: %s", next, text)
	}
	var first struct{ I int }
	if err := json.Unmarshal([]byte(strings.SplitN(string(text), "\n", 2)[0]), &first); err != nil || first.I != 1 {
		t.Errorf("first line %+v, %v", first, err)
	}
	if text, next := j.Lines(5, 3); next != 5 || text != nil {
		t.Errorf("at the end: %d %s", next, text)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteFailureIsKept(t *testing.T) {
	j := New(time.Unix(0, 0), full{})
	j.Event(0, "e", map[string]any{})
	if j.Err() == nil {
		t.Error("a failed write went unnoticed")
	}
	if text, _ := j.Lines(0, 1); len(text) == 0 {
		t.Error("the line is lost in memory too")
	}
}
