package bundle_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/bundle"
	"github.com/hexwave/hexwave/packetrouter/routertest"
)

// payerDocument has one route to a payer agent.
func payerDocument() string {
	return fmt.Sprintf(`{"version": 1, "routes": [{"id": "wifi", "active": true, "realms": ["carrier.example"],
 "destination": {"protocol": "payer", "address": "10.1.2.3:1812", "key": %q}}]}`, routertest.Key(7).Public)
}

func defs(text string) ([]packetrouter.RouteDef, error) {
	d, err := bundle.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	o := org(text)
	o.Realms = []string{"carrier.example"}
	return d.Defs(o)
}

func TestRouteToAPayer(t *testing.T) {
	got, err := defs(payerDocument())
	if err != nil {
		t.Fatal(err)
	}
	r := got[0]
	if r.Protocol != packetrouter.ProtocolPayer || r.PayerKey != routertest.Key(7).Public || len(r.Realms) != 1 || r.Realms[0] != "carrier.example" {
		t.Errorf("%+v", r)
	}
}

func TestRouteToAPayerRefuses(t *testing.T) {
	for name, change := range map[string][2]string{
		"no key":              {`, "key": "` + routertest.Key(7).Public.String() + `"`, ""},
		"bad key":             {`"hotspot1`, `"hotspot2`},
		"foreign realm":       {"carrier.example", "other.example"},
		"no realm":            {`"realms": ["carrier.example"],`, ""},
		"realm twice":         {`["carrier.example"]`, `["carrier.example", "carrier.example"]`},
		"devices too":         {`"realms"`, `"dev_addrs": [{"first": "48000000", "last": "48000007"}], "realms"`},
		"network server":      {`"payer"`, `"gwmp"`},
		"unknown destination": {`"payer"`, `"radsec"`},
	} {
		text := strings.Replace(payerDocument(), change[0], change[1], 1)
		if text == payerDocument() {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if _, err := defs(text); !errors.Is(err, bundle.ErrDocument) {
			t.Errorf("%s: %v, want %v", name, err, bundle.ErrDocument)
		}
	}
}
