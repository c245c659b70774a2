package app_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/hexwave/hexwave/chain/chaintest"
)

// operation is what the test reads of a path.
type operation struct {
	ID         string `json:"operationId"`
	Parameters []struct {
		Name     string `json:"name"`
		In       string `json:"in"`
		Required bool   `json:"required"`
	} `json:"parameters"`
	Body json.RawMessage `json:"requestBody"`
}

func openAPI(t *testing.T) (paths map[string]map[string]operation, raw []byte) {
	t.Helper()
	c := chaintest.New(t, chaintest.Options{Validators: 1})
	raw, err := c.App.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.App.OpenAPI(); err != nil || string(again) != string(raw) {
		t.Errorf("twice the same: %v", err)
	}
	var doc struct {
		OpenAPI    string                          `json:"openapi"`
		Paths      map[string]map[string]operation `json:"paths"`
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil || doc.OpenAPI != "3.0.3" {
		t.Fatalf("version %q, %v", doc.OpenAPI, err)
	}
	for _, ref := range regexp.MustCompile(`"\$ref": "#/components/schemas/([^"]+)"`).FindAllSubmatch(raw, -1) {
		if doc.Components.Schemas[string(ref[1])] == nil {
			t.Errorf("no schema of %s", ref[1])
		}
	}
	return doc.Paths, raw
}

// Every query of our modules has a path, and every name in braces is a parameter.
func TestOpenAPIHasEveryQuery(t *testing.T) {
	paths, _ := openAPI(t)
	described := map[string]bool{}
	for path, verbs := range paths {
		for verb, o := range verbs {
			described[o.ID] = true
			var named []string
			for _, p := range o.Parameters {
				if p.In == "path" && p.Required {
					named = append(named, p.Name)
				}
			}
			var braces []string
			for _, m := range regexp.MustCompile(`\{([^}]+)\}`).FindAllStringSubmatch(path, -1) {
				braces = append(braces, m[1])
			}
			slices.Sort(named)
			slices.Sort(braces)
			if !slices.Equal(named, braces) {
				t.Errorf("%s: parameters %v", path, named)
			}
			if hasBody := o.Body != nil; hasBody != (verb == "post") {
				t.Errorf("%s %s: body %v", verb, path, hasBody)
			}
		}
	}
	files, err := gogoproto.MergedRegistry()
	if err != nil {
		t.Fatal(err)
	}
	queries := 0
	files.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			s := f.Services().Get(i)
			if s.Name() != "Query" || !strings.HasPrefix(string(s.FullName()), "hexwave.") {
				continue
			}
			for k := range s.Methods().Len() {
				queries++
				if id := string(s.FullName()) + "." + string(s.Methods().Get(k).Name()); !described[id] {
					t.Errorf("%s has no path", id)
				}
			}
		}
		return true
	})
	if queries < 40 {
		t.Errorf("%d queries", queries)
	}
	for _, id := range []string{"cosmos.bank.v1beta1.Query.Balance", "cosmos.tx.v1beta1.Service.BroadcastTx", "cosmos.auth.v1beta1.Query.Account", "cosmos.base.tendermint.v1beta1.Service.GetLatestBlock"} {
		if !described[id] {
			t.Errorf("%s has no path", id)
		}
	}
}

// Numbers of 64 bits are texts, bytes are base64, and a GET has the fields of a page in
// its query.
func TestOpenAPISaysWhatTheGatewayWrites(t *testing.T) {
	paths, raw := openAPI(t)
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]map[string]any `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	balance, org := doc.Components.Schemas["hexwave.credits.v1.Balance"].Properties, doc.Components.Schemas["hexwave.routing.v1.Org"].Properties
	if balance["credits"]["type"] != "string" || balance["credits"]["format"] != "uint64" || org["bundle_key"]["format"] != "byte" || org["closed"]["type"] != "boolean" {
		t.Errorf("%v, %v", balance, org)
	}
	hotspots := paths["/hexwave/hotspot/v1/hotspots"]["get"]
	var names []string
	for _, p := range hotspots.Parameters {
		names = append(names, p.Name)
	}
	if !slices.Contains(names, "pagination.limit") || !slices.Contains(names, "owner") {
		t.Errorf("parameters of the list of hotspots: %v", names)
	}
}
