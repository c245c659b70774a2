package loop

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestVirtualOrder(t *testing.T) {
	l := NewVirtual()
	var got []int
	add := func(at time.Duration, v int) { l.At(at, func(time.Duration) { got = append(got, v) }) }
	add(20, 3)
	add(10, 1)
	add(10, 2)
	l.At(15, func(t time.Duration) { add(t, 9) })
	add(30, 4)
	l.Advance(25)
	if want := []int{1, 2, 9, 3}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if l.Now() != 25 {
		t.Errorf("now %v", l.Now())
	}
}

func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(time.Now())
		ctx, cancel := context.WithCancel(t.Context())
		var at []time.Duration
		l.At(time.Hour+time.Minute, func(time.Duration) { at = append(at, l.Now()) })
		done := make(chan error, 1)
		go func() { done <- l.Run(ctx) }()
		if err := l.Do(ctx, func(now time.Duration) {
			l.At(now+time.Second, func(time.Duration) { at = append(at, l.Now()) })
		}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Hour)
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if want := []time.Duration{time.Second, time.Hour + time.Minute}; !slices.Equal(at, want) {
			t.Errorf("ran at %v, want %v", at, want)
		}
	})
}

func TestPostIsBounded(t *testing.T) {
	l := NewVirtual()
	for range queueLen {
		if !l.Post(func(time.Duration) {}) {
			t.Fatal("refused before the bound")
		}
	}
	if l.Post(func(time.Duration) {}) {
		t.Error("accepted beyond the bound")
	}
}
