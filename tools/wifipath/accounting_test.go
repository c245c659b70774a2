package wifipath

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hexwave/hexwave/hotspot/wifi"
)

const station = "02-00-00-00-00-01" // eapol_test's own

var class = regexp.MustCompile(`Attribute 25 \(Class\).*\n\s*Value: ([0-9a-f]+)`)

// loginForGrant logs a phone in and returns the Class of the Accept, in hex.
func loginForGrant(t *testing.T, p *path) string {
	t.Helper()
	out := eapol(t, p, strings.Replace(fmt.Sprintf(ttls, "pw"), `identity="anonymous@carrier.example"`, `identity="anna"`, 1))
	m := class.FindStringSubmatch(out)
	if !strings.Contains(out, "\nSUCCESS") || m == nil {
		t.Fatalf("no login:\n%s", out[max(0, len(out)-4000):])
	}
	return m[1]
}

// account has radclient report a session, and reports whether it had an answer.
func account(t *testing.T, p *path, status, session, class string, down uint64) bool {
	t.Helper()
	need(t, "radclient")
	attributes := fmt.Sprintf("Acct-Status-Type = %s\nAcct-Session-Id = %q\nUser-Name = \"anonymous@carrier.example\"\nNAS-Identifier = %q\n"+
		"Calling-Station-Id = %q\nClass = 0x%s\nEvent-Timestamp = %d\n", status, session, apName, station, class, time.Now().Unix())
	if status != "Start" {
		attributes += fmt.Sprintf("Acct-Input-Octets = 0\nAcct-Input-Gigawords = 0\nAcct-Output-Octets = %d\nAcct-Output-Gigawords = %d\nAcct-Session-Time = 60\n", uint32(down), down>>32)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "radclient", "-x", "-r", "3", "-t", "2", p.acct, "acct", apSecret)
	cmd.Stdin = strings.NewReader(attributes)
	out, _ := cmd.CombinedOutput() // what it printed says more than its status
	return strings.Contains(string(out), "Received Accounting-Response")
}

// Each part of the path is down while an access point reports, and is started again
// with its folder: all that was acknowledged reaches the AAA, is counted once and
// vouchered to the last micro-DC.
func TestAccountingSurvivesTheLossOfEachPart(t *testing.T) {
	f := startFreeRADIUS(t)
	p := newPath(t, f.auth, f.acct)
	grant := loginForGrant(t, p)
	report := func(status string, down uint64) {
		t.Helper()
		if !account(t, p, status, "s-1", grant, down) {
			t.Fatalf("%s of %d bytes is not acknowledged", status, down)
		}
	}
	report("Start", 0)
	report("Interim-Update", 1_000_001)

	p.stop("router")
	report("Interim-Update", 2_000_003)
	p.startRouter()

	p.stop("payer")
	report("Interim-Update", 3_000_007)
	p.startPayer()

	p.stop("hotspot")
	p.startHotspot()
	report("Interim-Update", 4_000_011)
	report("Stop", 5_000_017)

	if got := p.settled(); got != 5_000_017 {
		t.Errorf("vouchered for %d bytes, want 5000017", got)
	}
	if got := f.bytes(t); got != 5_000_017 {
		t.Errorf("the AAA knows of %d bytes, want 5000017", got)
	}
	if s := p.server.Status(); s.Sessions != 0 || s.RecordsBad != 0 || s.Lost != 0 {
		t.Errorf("%+v", s)
	}
}

// A hotspot that is down acknowledges nothing: the access point repeats the report,
// which then counts once.
func TestRepeatedReportCountsOnce(t *testing.T) {
	f := startFreeRADIUS(t)
	p := newPath(t, f.auth, f.acct)
	grant := loginForGrant(t, p)
	if !account(t, p, "Start", "s-1", grant, 0) {
		t.Fatal("Start is not acknowledged")
	}
	p.stop("hotspot")
	if account(t, p, "Interim-Update", "s-1", grant, 700) {
		t.Fatal("acknowledged by nobody")
	}
	p.startHotspot()
	for range 3 {
		if !account(t, p, "Stop", "s-1", grant, 700) {
			t.Fatal("Stop is not acknowledged")
		}
	}
	if got := p.settled(); got != 700 {
		t.Errorf("vouchered for %d bytes, want 700", got)
	}
	if got := p.server.Status().Payers; len(got) != 1 || got[0] != (wifi.PayerStatus{Org: orgID, Lane: laneNo, Claimed: 7000, Vouchered: 7000}) {
		t.Errorf("%+v", got)
	}
}
