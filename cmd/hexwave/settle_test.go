package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/proto/wire"
)

func TestCreditsBetween(t *testing.T) {
	for _, c := range []struct {
		unit     wire.Unit
		old, cum uint64
		want     uint64
	}{
		{wire.UnitDC, 0, 5, 5},
		{wire.UnitDC, 5, 5, 0},
		{wire.UnitDC, 6, 5, 0},
		{wire.UnitMicroDC, 0, 999_999, 0},
		{wire.UnitMicroDC, 999_999, 1_000_000, 1},
		{wire.UnitMicroDC, 1_500_000, 3_400_000, 2},
	} {
		if got := creditsBetween(c.unit, c.old, c.cum); got != c.want {
			t.Errorf("unit %d from %d to %d: %d, want %d", c.unit, c.old, c.cum, got, c.want)
		}
	}
}

func TestGatherVouchers(t *testing.T) {
	v := wire.Voucher{Chain: wire.HashChainID("test-1"), Org: 2, Lane: 3, Hotspot: 4, Epoch: 5, Unit: wire.UnitDC, Cum: 6, Seq: 1, Issued: 6}
	good := hex.EncodeToString(v.AppendTo(nil))
	v.Chain = wire.HashChainID("test-2")
	foreign := hex.EncodeToString(v.AppendTo(nil))
	hotspot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"vouchers":[{"org":2,"voucher":%q}]}`, good) // the test sees what is missing
	}))
	defer hotspot.Close()
	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"vouchers":null}`) // as above
	}))
	defer empty.Close()
	at := func(s *httptest.Server) string { return strings.TrimPrefix(s.URL, "http://") }
	n := &network{chainID: "test-1"}
	all, err := gather(context.Background(), n, at(hotspot), []string{good})
	if err != nil || len(all) != 2 || all[1].Org != 2 || all[1].Lane != 3 || all[1].Hotspot != 4 || all[1].Epoch != 5 {
		t.Errorf("%+v, %v", all, err)
	}
	for name, c := range map[string]struct {
		api  string
		args []string
		want string
	}{
		"none":         {"", nil, "no voucher"},
		"no hex":       {"", []string{"xy"}, "not hex"},
		"short":        {"", []string{good[2:]}, "is no voucher"},
		"other chain":  {"", []string{foreign}, "another chain"},
		"nobody there": {"127.0.0.1:1", nil, "no hotspot answers"},
		"nothing held": {at(empty), nil, "holds no voucher"},
	} {
		if _, err := gather(context.Background(), n, c.api, c.args); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
