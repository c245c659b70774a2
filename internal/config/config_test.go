package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

type limits struct {
	Rate  uint32   `toml:"rate" doc:"Packets a second."`
	Burst Size     `toml:"burst" doc:"Bytes at once."`
	Wait  Duration `toml:"wait" doc:"How long a packet waits."`
}

func (l *limits) Validate() error {
	if l.Rate == 0 {
		return errors.New("rate = 0 lets nothing through; set 1 or more")
	}
	return nil
}

type sample struct {
	Name    string        `toml:"name" doc:"What others call it."`
	Debug   bool          `toml:"debug" doc:"Say more."`
	Gain    float64       `toml:"gain" doc:"Antenna gain in dBi."`
	Small   int8          `toml:"small" doc:"A small number."`
	Token   string        `toml:"token" secret:"true" doc:"Secret."`
	Timeout time.Duration `toml:"timeout" doc:"Plain duration."`
	Peers   []string      `toml:"peers" doc:"Where to connect."`
	Slots   []Duration    `toml:"slots" doc:"Times."`
	Limits  limits        `toml:"limits" doc:"Bounds."`
	Inner   struct {
		Deep struct {
			Key string `toml:"key" doc:"Far down."`
		} `toml:"deep" doc:"Deeper."`
	} `toml:"inner"`
}

func defaults() *sample {
	s := &sample{Name: "one", Gain: 3, Timeout: time.Minute, Limits: limits{Rate: 10, Burst: 64 << 10, Wait: Duration(30 * time.Second)}}
	s.Inner.Deep.Key = `C:\dir "x"`
	return s
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "c.toml")
	if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestOrderOfSources(t *testing.T) {
	file := writeFile(t, "name = \"file\"\npeers = [\"a:1\", \"b:2\"]\n[limits]\nrate = 20\nwait = \"2m\"\nburst = 100\n[inner]\ndeep = { key = \"k\" }\n")
	flags := pflag.NewFlagSet("x", pflag.ContinueOnError)
	BindFlags(flags, defaults())
	if err := flags.Parse([]string{"--limits.rate=40", "--debug", "--token="}); err != nil {
		t.Fatal(err)
	}
	c := defaults()
	c.Token = "default"
	origins, err := Load(c, Sources{
		File: file, Prefix: "APP", Flags: flags,
		Environ: []string{"APP_LIMITS__RATE=30", "APP_LIMITS__WAIT=1s", "APP_SLOTS=1s, 2d", "OTHER=1", "APP_SERVICE_HOST=1", "APP_GAIN=2.5"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := defaults()
	want.Name, want.Debug, want.Gain, want.Token = "file", true, 2.5, ""
	want.Peers, want.Slots = []string{"a:1", "b:2"}, []Duration{Duration(time.Second), Duration(48 * time.Hour)}
	want.Limits = limits{Rate: 40, Burst: 100, Wait: Duration(time.Second)}
	want.Inner.Deep.Key = "k"
	if d := cmp.Diff(want, c); d != "" {
		t.Errorf("loaded struct (-want +got):\n%s", d)
	}
	got := map[string]Origin{}
	for _, o := range origins {
		got[o.Key] = o
	}
	for key, want := range map[string]Origin{
		"name":           {"name", `"file"`, "file " + file + ":1"},
		"limits.rate":    {"limits.rate", "40", "flag --limits.rate"},
		"limits.wait":    {"limits.wait", `"1s"`, "env APP_LIMITS__WAIT"},
		"limits.burst":   {"limits.burst", `"100B"`, "file " + file + ":6"},
		"token":          {"token", "(hidden)", "flag --token"},
		"timeout":        {"timeout", `"1m"`, "default"},
		"inner.deep.key": {"inner.deep.key", `"k"`, "file " + file + ":8"},
	} {
		if d := cmp.Diff(want, got[key]); d != "" {
			t.Errorf("origin of %s (-want +got):\n%s", key, d)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		env        []string
		kind       error
		say        []string
	}{
		{"unknown key", "name = \"a\"\nnmae = 1\n", nil, ErrUnknownKey, []string{":2:", `"nmae"`, `did you mean "name"?`}},
		{"unknown in section", "[limits]\nrat = 1\n", nil, ErrUnknownKey, []string{":2:", `"limits.rat"`, `"limits.rate"`}},
		{"key of another section", "\n\nburst = 1\n", nil, ErrUnknownKey, []string{":3:", `"limits.burst"`}},
		{"unknown section", "[zzzzzzzzzz]\nq = 1\n", nil, ErrUnknownKey, []string{":1:", "config init"}},
		{"not TOML", "name = \n", nil, ErrRead, []string{":1:", "TOML"}},
		{"duplicate", "name = \"a\"\nname = \"b\"\n", nil, ErrRead, []string{"TOML"}},
		{"wrong type", "[limits]\nrate = \"many\"\n", nil, ErrBadValue, []string{":2:", "limits.rate", "a whole number"}},
		{"negative", "[limits]\nrate = -1\n", nil, ErrBadValue, []string{"limits.rate", "0 to 4294967295"}},
		{"too big", "small = 200\n", nil, ErrBadValue, []string{":1:", "small"}},
		{"duration without unit", "[limits]\nwait = 30\n", nil, ErrBadValue, []string{`"30s"`}},
		{"bad duration", "timeout = \"soon\"\n", nil, ErrBadValue, []string{"timeout", "30s"}},
		{"bad size", "[limits]\nburst = \"20 XB\"\n", nil, ErrBadValue, []string{"64KiB"}},
		{"bad list", "peers = [1, 2]\n", nil, ErrBadValue, []string{"peers"}},
		{"section as value", "limits = 3\n", nil, ErrBadValue, []string{"[limits]"}},
		{"array of tables", "[[limits]]\nrate = 3\n", nil, ErrBadValue, []string{"[limits]"}},
		{"validate", "[limits]\nrate = 0\n", nil, ErrInvalid, []string{"[limits]", "set 1 or more"}},
		{"env typo", "", []string{"APP_LIMITS__RAET=1"}, ErrUnknownKey, []string{"APP_LIMITS__RATE"}},
		{"env without section typo", "", []string{"APP_NAEM=1"}, ErrUnknownKey, []string{"APP_NAME"}},
		{"env value", "", []string{"APP_DEBUG=maybe"}, ErrBadValue, []string{"APP_DEBUG", "true or false"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(defaults(), Sources{File: writeFile(t, tt.file), Prefix: "APP", Environ: tt.env})
			if !errors.Is(err, tt.kind) {
				t.Fatalf("Load() error = %v, want %v", err, tt.kind)
			}
			for _, s := range tt.say {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("error %q does not say %q", err, s)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error has more than one line: %q", err)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "none.toml")
	if _, err := Load(defaults(), Sources{File: name, Optional: true}); err != nil {
		t.Errorf("optional file: %v", err)
	}
	_, err := Load(defaults(), Sources{File: name})
	if !errors.Is(err, ErrRead) || !strings.Contains(err.Error(), "config init") {
		t.Errorf("required file: %v", err)
	}
}

func TestFlagNamesBadValue(t *testing.T) {
	flags := pflag.NewFlagSet("x", pflag.ContinueOnError)
	flags.SetOutput(&bytes.Buffer{})
	BindFlags(flags, defaults())
	err := flags.Parse([]string{"--limits.wait=soon"})
	if err == nil || !strings.Contains(err.Error(), "--limits.wait") || !strings.Contains(err.Error(), "30s") {
		t.Errorf("Parse() = %v", err)
	}
}

func TestDocumentRoundTrip(t *testing.T) {
	want := defaults()
	want.Peers = []string{"a", "b, c"}
	want.Slots = []Duration{Duration(time.Millisecond)}
	var b bytes.Buffer
	if err := Document(&b, want); err != nil {
		t.Fatal(err)
	}
	got := defaults()
	if _, err := Load(got, Sources{File: writeFile(t, b.String())}); err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("round trip (-want +got):\n%s\n%s", d, b.String())
	}
	for _, line := range []string{"# Packets a second.\nrate = 10\n", "[limits]\n", "[inner.deep]\n", "token = \"\"\n", "gain = 3.0\n"} {
		if !strings.Contains(b.String(), line) {
			t.Errorf("document lacks %q:\n%s", line, b.String())
		}
	}
}

func TestSecretIsNotDocumented(t *testing.T) {
	c := defaults()
	c.Token = "hunter2"
	var b bytes.Buffer
	if err := Document(&b, c); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "hunter2") {
		t.Error("the secret is in the document")
	}
}
