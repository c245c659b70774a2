package cli

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/config"
)

type thing struct {
	Name string `json:"name"`
	Size uint64 `json:"size"`
}

var things = View[thing]{
	Schema: "thing/v1",
	ID:     func(v thing) string { return v.Name },
	Columns: []Column[thing]{
		{Name: "name", Text: func(v thing) string { return v.Name }},
		{Name: "size", Wide: true, Text: func(v thing) string { return fmt.Sprint(v.Size) }},
	},
}

func TestFormats(t *testing.T) {
	rows := []thing{{"a", 1}, {"b<c", 18446744073709551615}}
	for _, tt := range []struct{ format, field, list, one string }{
		{"table", "", "NAME\na\nb<c\n", "name:  a\n"},
		{"wide", "", "NAME  SIZE\na     1\nb<c   18446744073709551615\n", "name:  a\nsize:  1\n"},
		{"csv", "", "name,size\na,1\nb<c,18446744073709551615\n", "name,size\na,1\n"},
		{"id", "", "a\nb<c\n", "a\n"},
		{"ndjson", "", "{\"schema\":\"thing/v1\",\"name\":\"a\",\"size\":1}\n{\"schema\":\"thing/v1\",\"name\":\"b<c\",\"size\":18446744073709551615}\n", "{\"schema\":\"thing/v1\",\"name\":\"a\",\"size\":1}\n"},
		{"yaml", "", "schema: thing-list/v1\nitems:\n  - name: a\n    size: 1\n  - name: b<c\n    size: 18446744073709551615\n", "schema: thing/v1\nname: a\nsize: 1\n"},
		{"", "schema", "thing-list/v1\n", "thing/v1\n"},
	} {
		t.Run(tt.format+tt.field, func(t *testing.T) {
			var b bytes.Buffer
			o := &Output{Out: &b, Format: tt.format, Field: tt.field}
			if err := things.List(o, rows); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.list, b.String()); d != "" {
				t.Errorf("list (-want +got):\n%s", d)
			}
			b.Reset()
			if err := things.One(o, rows[0]); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.one, b.String()); d != "" {
				t.Errorf("one (-want +got):\n%s", d)
			}
		})
	}
}

func TestJSONIsTheDefaultWhenPiped(t *testing.T) {
	var b bytes.Buffer
	if err := things.List(&Output{Out: &b}, nil); err != nil {
		t.Fatal(err)
	}
	if want := "{\n  \"schema\": \"thing-list/v1\",\n  \"items\": []\n}\n"; b.String() != want {
		t.Errorf("empty list = %q, want %q", b.String(), want)
	}
}

func TestField(t *testing.T) {
	var b bytes.Buffer
	o := &Output{Out: &b, Field: "items.1.size"}
	if err := things.List(o, []thing{{"a", 1}, {"b", 18446744073709551615}}); err != nil || b.String() != "18446744073709551615\n" {
		t.Errorf("items.1.size = %q, %v", b.String(), err)
	}
	for _, field := range []string{"items.2", "items.-1", "nothing", "schema.x"} {
		o.Field = field
		if err := things.List(o, []thing{{"a", 1}}); !errors.Is(err, ErrNoField) || ExitCode(err) != Usage {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestTableIsSafeForTerminals(t *testing.T) {
	var b bytes.Buffer
	if err := things.List(&Output{Out: &b, Format: "table"}, []thing{{"a\x1b[2J\nb\u009b", 0}}); err != nil {
		t.Fatal(err)
	}
	if want := "NAME\na [2J b \n"; b.String() != want {
		t.Errorf("table = %q, want %q", b.String(), want)
	}
}

func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		err  error
		code Code
	}{
		{nil, OK},
		{errors.New("x"), Failure},
		{Errorf(Rejected, "", "no"), Rejected},
		{fmt.Errorf("wrapped: %w", Errorf(NotFound, "", "no")), NotFound},
		{fmt.Errorf("wrapped: %w", config.ErrUnknownKey), Usage},
	} {
		if got := ExitCode(tt.err); got != tt.code {
			t.Errorf("ExitCode(%v) = %d, want %d", tt.err, got, tt.code)
		}
	}
}

func TestReport(t *testing.T) {
	var b bytes.Buffer
	Report(&b, fmt.Errorf("open wallet: %w", Errorf(NotFound, "hexwave wallet create", "no such\nwallet")))
	if want := "error: open wallet: no such wallet\ntry: hexwave wallet create\n"; b.String() != want {
		t.Errorf("Report = %q, want %q", b.String(), want)
	}
}

type settings struct {
	Listen string `toml:"listen" doc:"Where."`
}

func program(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := &cobra.Command{Use: "prog"}
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	c := Config[settings]{Prefix: "PROG", File: "none.toml", Default: func() settings { return settings{"127.0.0.1:1"} }}
	o := BindOutput(root)
	root.AddCommand(c.Command(o), VersionCommand())
	prepare(root)
	cmd, err := root.ExecuteC()
	if err != nil {
		err = typed(cmd, err)
	}
	return out.String(), err
}

func TestConfigCommands(t *testing.T) {
	t.Setenv("PROG_LISTEN", "127.0.0.1:2")
	for _, tt := range []struct {
		args string
		want string
		code Code
	}{
		{"config init", "# Where.\nlisten = \"127.0.0.1:1\"\n", OK},
		{"config show -o table", "KEY     VALUE\nlisten  \"127.0.0.1:2\"\n", OK},
		{"config show --origin -o table", "KEY     VALUE          ORIGIN\nlisten  \"127.0.0.1:2\"  env PROG_LISTEN\n", OK},
		{"config show --listen x -o csv", "key,value,origin\nlisten,\"\"\"x\"\"\",flag --listen\n", OK},
		{"config validate", "configuration is valid\n", OK},
		{"config validate --config absent.toml", "", Usage},
		{"config show -o xml", "", Usage},
		{"config show extra", "", Usage},
		{"config show --nope", "", Usage},
		{"config shwo", "", Usage},
	} {
		t.Run(tt.args, func(t *testing.T) {
			out, err := program(t, strings.Fields(tt.args)...)
			if ExitCode(err) != tt.code || out != tt.want {
				t.Errorf("exit %d (%v), output %q; want %d, %q", ExitCode(err), err, out, tt.code, tt.want)
			}
		})
	}
}

func TestVersionJSON(t *testing.T) {
	out, err := program(t, "version", "--json")
	if err != nil || !strings.Contains(out, "\"schema\": \"version/v1\",\n  \"name\": \"prog\",") {
		t.Errorf("version --json = %q, %v", out, err)
	}
}

func TestUnknownVerbNamesTheNearest(t *testing.T) {
	for args, want := range map[string]string{"config shwo": "show", "confg": "config"} {
		_, err := program(t, strings.Fields(args)...)
		if ExitCode(err) != Usage || !strings.Contains(err.Error(), `did you mean "`+want+`"?`) {
			t.Errorf("%s: %v", args, err)
		}
	}
}
