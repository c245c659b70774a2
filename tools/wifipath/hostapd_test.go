package wifipath

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ethernet is a cable between this host, where hostapd stands, and a namespace,
// where a phone's software does.
type ethernet struct{ near, far, space string }

// newEthernet makes one; false where the machine does not let it.
func newEthernet(t *testing.T) (ethernet, bool) {
	t.Helper()
	need(t, "ip", "hostapd", "wpa_supplicant")
	n := fmt.Sprintf("%05x", os.Getpid()&0xfffff)
	e := ethernet{"hxa" + n, "hxb" + n, "hexwave-" + n}
	if out, err := exec.Command("ip", "netns", "add", e.space).CombinedOutput(); err != nil {
		t.Logf("no network namespaces on this machine: %s", out)
		return e, false
	}
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", e.space).Run() }) // takes the cable with it
	for _, words := range []string{
		"link add " + e.near + " type veth peer name " + e.far + " netns " + e.space,
		"link set " + e.near + " up",
		"-n " + e.space + " link set " + e.far + " up",
	} {
		if out, err := exec.Command("ip", strings.Fields(words)...).CombinedOutput(); err != nil {
			t.Logf("ip %s: %s", words, out)
			return e, false
		}
	}
	return e, true
}

// program is a running foreign program.
type program struct {
	log  string
	stop func()
}

// launch starts a program that writes into a log file.
func launch(t *testing.T, dir, name string, args ...string) program {
	t.Helper()
	p := program{log: filepath.Join(dir, name+".log")}
	log, err := os.Create(p.log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it says goodbye on the cable
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := false
	p.stop = func() {
		if !done {
			done = true
			cancel()
			_ = cmd.Wait() // it was told to end
			_ = log.Close()
		}
	}
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			t.Log(name, ": ", tail(p.log))
		}
	})
	return p
}

func (p program) said(words string) bool {
	b, err := os.ReadFile(p.log)
	return err == nil && strings.Contains(string(b), words)
}

// startAccessPoint runs hostapd on the near end.
func startAccessPoint(t *testing.T, p *path, e ethernet, dir string) {
	t.Helper()
	_, auth, _ := net.SplitHostPort(p.auth)
	_, acct, _ := net.SplitHostPort(p.acct)
	_, das, _ := net.SplitHostPort(p.das)
	file := filepath.Join(dir, "hostapd.conf")
	text := fmt.Sprintf(`interface=%s
driver=wired
ieee8021x=1
eap_reauth_period=3600
use_pae_group_addr=0
nas_identifier=%s
own_ip_addr=127.0.0.1
auth_server_addr=127.0.0.1
auth_server_port=%s
auth_server_shared_secret=%s
acct_server_addr=127.0.0.1
acct_server_port=%s
acct_server_shared_secret=%[4]s
radius_request_cui=1
radius_das_port=%[6]s
radius_das_client=127.0.0.1 %[4]s
radius_das_require_event_timestamp=1
`, e.near, apName, auth, apSecret, acct, das)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	h := launch(t, dir, "hostapd", "hostapd", "-d", file)
	p.await("hostapd runs", func() bool { return h.said("AP-ENABLED") })
}

// startPhone runs wpa_supplicant on the far end.
func startPhone(t *testing.T, e ethernet, dir string) program {
	t.Helper()
	file := filepath.Join(dir, "phone.conf")
	text := `ap_scan=0
network={
 key_mgmt=IEEE8021X
 eap=TTLS
 identity="anna@carrier.example"
 password="pw"
 phase2="auth=PAP"
 eapol_flags=0
}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return launch(t, dir, "phone", "ip", "netns", "exec", e.space, "wpa_supplicant", "-D", "wired", "-i", e.far, "-c", file, "-d")
}

// 3: a real access point and a real phone, as far as they go without a radio: the
// phone logs in, the session starts, the payer has it ended, and it is one session
// at the AAA with a Start and a Stop under one grant.
func TestScenario03HostapdAndWpaSupplicant(t *testing.T) {
	e, ok := newEthernet(t)
	if !ok {
		return // eapol_test and radclient cover the path on such a machine
	}
	f := startFreeRADIUS(t)
	p := newPath(t, f.auth, f.acct)
	dir := t.TempDir()
	startAccessPoint(t, p, e, dir)
	phone := startPhone(t, e, dir)
	p.await("the phone is let in", func() bool { return phone.said("CTRL-EVENT-EAP-SUCCESS") })
	p.await("the session starts", func() bool { return p.server.Status().Sessions == 1 })
	if s := p.server.Status(); s.Accepted != 1 || s.Grants != 1 {
		t.Errorf("%+v", s)
	}
	// The subscriber logs in on another device: its older grant ends, and with it the
	// session, by the payer's Disconnect-Request through router and hotspot.
	if out := eapol(t, p, strings.ReplaceAll(fmt.Sprintf(ttls, "pw"), "anonymous@carrier.example", "anna@carrier.example")); !strings.Contains(out, "\nSUCCESS") {
		t.Fatalf("no second login:\n%s", out[max(0, len(out)-2000):])
	}
	p.await("hostapd ends the session", func() bool { return p.server.Status().Disconnects.Done == 1 })
	p.await("the AAA knows of its end", func() bool { return len(f.ended(t)) >= 1 })
}
