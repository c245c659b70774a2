package town

import (
	"errors"
	"strings"
	"testing"
)

const good = `{"seed": 1, "interim_seconds": 5, "aaa": {"auth": "127.0.0.1:1", "acct": "127.0.0.1:2", "secret": "x"},
 "access_points": [{"name": "ap-1", "bssid": "02-00-00-00-00-01", "secret": "y", "hotspot_auth": "127.0.0.1:3", "hotspot_acct": "127.0.0.1:4", "das": "127.0.0.1:5"}],
 "users": [{"name": "u@r", "password": "p", "mac": "02-00-00-00-00-02", "ap": "ap-1", "bytes_per_second": 1}]}`

func TestParse(t *testing.T) {
	if x, err := Parse([]byte(good)); err != nil || x.Users[0].Wrong() || x.AccessPoints[0].Name != "ap-1" {
		t.Errorf("%+v, %v", x, err)
	}
	for name, change := range map[string][2]string{
		"unknown key":    {`"seed"`, `"sead"`},
		"trailing bytes": {`"bytes_per_second": 1}]}`, `"bytes_per_second": 1}]}{}`},
		"no secret":      {`"secret": "y"`, `"secret": ""`},
		"address":        {"127.0.0.1:3", "here"},
		"MAC":            {"02-00-00-00-00-02", "02-00"},
		"access point":   {`"ap": "ap-1"`, `"ap": "ap-2"`},
	} {
		text := strings.Replace(good, change[0], change[1], 1)
		if text == good {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if _, err := Parse([]byte(text)); !errors.Is(err, ErrTown) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, b []byte) {
		if x, err := Parse(b); err == nil && x.check() != nil {
			t.Error("a town that was read does not check")
		}
	})
}
