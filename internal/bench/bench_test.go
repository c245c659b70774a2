package bench_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/internal/bench"
)

func TestReportHasTheSameRowsForPeopleAndMachines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out", "bench-x.json")
	var table bytes.Buffer
	rows := []bench.Row{
		bench.Row{Name: "verify", Value: 30, Unit: "us", Better: bench.Lower}.Against("bare", 20, 1.25),
		bench.Row{Name: "rate", Value: 70_000, Unit: "1/s", Better: bench.Higher}.Goal(60_000),
		{Name: "plain", Value: 0.5, Unit: "allocs", Better: bench.Lower},
	}
	if err := bench.Report(&table, file, rows); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0]["ratio_to_limit"] != 1.5 || got[0]["target"] != 25.0 || got[1]["limit"] != nil || got[1]["target"] != 60_000.0 {
		t.Errorf("wrote %s", raw)
	}
	for _, key := range []string{"name", "value", "unit", "better", "target", "limit", "limit_name", "ratio_to_limit"} {
		if _, ok := got[2][key]; !ok {
			t.Errorf("a row has no %q", key)
		}
	}
	lines := strings.Split(table.String(), "\n")
	if !strings.Contains(lines[1], "SHORT") || !strings.Contains(lines[2], "ok") || strings.Contains(lines[3], "ok") {
		t.Errorf("printed\n%s", &table)
	}
}
