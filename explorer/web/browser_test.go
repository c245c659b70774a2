package web_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/api"
	"github.com/hexwave/hexwave/explorer/explorertest"
	"github.com/hexwave/hexwave/explorer/index"
	"github.com/hexwave/hexwave/explorer/web"
)

// site is a real explorer server over a scripted index.
type site struct {
	*httptest.Server
	index *index.Index
}

func serve(t *testing.T, blocks []explorer.Block) site {
	t.Helper()
	page, err := web.Handler()
	if err != nil {
		t.Fatal(err)
	}
	x := index.New()
	for _, b := range blocks {
		if err := x.Apply(b); err != nil {
			t.Fatal(err)
		}
	}
	chain := func() api.Chain { return api.Chain{ID: "hexwave-dev-1", Head: x.View().Height} }
	s := site{httptest.NewServer(api.New(api.Options{Index: x, Chain: chain, Web: page, Log: slog.New(slog.DiscardHandler)})), x}
	t.Cleanup(s.Close)
	return s
}

// patience is how long one step may take; software rendering on a busy machine is slow.
const patience = 3 * time.Minute

// browser is a tab that records what it asks for and what goes wrong.
type browser struct {
	t  *testing.T
	do func(actions ...chromedp.Action) error // within patience

	mu     sync.Mutex // guards all below
	asked  []string
	faults []string
}

// open starts Debian's Chromium with an empty profile on a screen of the given size.
func open(t *testing.T, width, height int) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("chromium is missing; install it with: apt-get install -y chromium")
	}
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	options = append(options,
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(width, height),
		chromedp.Flag("headless", "new"), chromedp.Flag("no-sandbox", true), chromedp.Flag("use-angle", "swiftshader"),
		chromedp.Flag("enable-unsafe-swiftshader", true), chromedp.Flag("disable-gpu", false), chromedp.Flag("disable-quic", true),
		chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true),
	)
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Logf("close browser: %v", err)
		}
		cancel()
		stop()
	})
	b := &browser{t: t, do: func(actions ...chromedp.Action) error {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return chromedp.Run(ctx, actions...)
	}}
	chromedp.ListenTarget(ctx, b.record)
	if err := chromedp.Run(ctx); err != nil { // starts the browser, for as long as ctx lives
		t.Fatalf("start chromium: %v", err)
	}
	b.run(network.Enable(), log.Enable(), runtime.Enable(), chromedp.EmulateViewport(int64(width), int64(height)))
	return b
}

func (b *browser) record(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, e.Request.URL)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError {
			b.faults = append(b.faults, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, e.ExceptionDetails.Error())
	}
}

// run does actions, or fails the test with what the page complained of.
func (b *browser) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := b.do(actions...); err != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.t.Fatalf("%v; the page said: %s", err, strings.Join(b.faults, "; "))
	}
}

// until waits for a JavaScript condition.
func (b *browser) until(condition string) {
	b.t.Helper()
	b.run(chromedp.Poll(condition, nil, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(patience)))
}

// text returns what an element says.
func (b *browser) text(selector string) string {
	b.t.Helper()
	var out string
	b.run(chromedp.Text(selector, &out, chromedp.ByQuery))
	return out
}

// check fails the test if the page asked another host or complained.
func (b *browser) check(s site) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	own, foreign := 0, 0
	for _, raw := range b.asked {
		u, err := url.Parse(raw)
		switch {
		case err != nil:
			b.t.Errorf("asked for %q", raw)
		case u.Scheme == "data" || u.Scheme == "blob":
		case u.Host != strings.TrimPrefix(s.URL, "http://"):
			foreign++
			b.t.Errorf("foreign request: %s", raw)
		default:
			own++
		}
	}
	if own < 8 {
		b.t.Errorf("only %d requests seen: the count is not to be trusted", own)
	}
	for _, f := range b.faults {
		b.t.Errorf("the page complains: %s", f)
	}
	b.t.Logf("%d own requests, %d foreign", own, foreign)
}

// shoot writes a picture of the page to the folder named by EXPLORER_SHOTS, or a temporary one.
func (b *browser) shoot(name string) {
	b.t.Helper()
	dir := os.Getenv("EXPLORER_SHOTS")
	if dir == "" {
		dir = b.t.TempDir()
	}
	var png []byte
	b.run(chromedp.Sleep(400*time.Millisecond), chromedp.CaptureScreenshot(&png))
	if len(png) < 20_000 {
		b.t.Errorf("%s: a picture of %d bytes shows nothing", name, len(png))
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// recent makes a town whose last block is as new as the test, so that the page shows small ages.
func recent(blocks int) explorertest.Town {
	start := time.Now().Add(-time.Duration(blocks) * time.Second).Truncate(time.Second)
	return explorertest.Town{Seed: 7, Hotspots: 70, SpreadM: 8_000, Blocks: blocks, Start: start}
}

const ready = `document.documentElement.dataset.ready === "1"`

func TestMapShowsCellsAndGrowsLive(t *testing.T) {
	chain := recent(420).Chain()
	s := serve(t, chain[:400])
	b := open(t, 1440, 900)
	b.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
	b.run(chromedp.Navigate(s.URL))
	b.until(ready)
	b.until(`window.__map.gl.queryRenderedFeatures({layers: ["cells"]}).length > 20`)
	b.until(`window.__map.gl.queryRenderedFeatures({layers: ["dry"]}).length > 0`)
	b.until(`window.__map.gl.queryRenderedFeatures({layers: ["hotspots"]}).length > 20`)
	b.until(`document.querySelector("#status").dataset.state === "live"`)
	b.shoot("map")

	want := s.index.View().Stats
	if got := b.text("#stats"); !strings.Contains(got, fmt.Sprint(want.CellsSeen)) || !strings.Contains(got, fmt.Sprint(want.Hotspots)) {
		t.Errorf("totals %q, want %d cells and %d hotspots", got, want.CellsSeen, want.Hotspots)
	}

	// A click on a measured cell opens its panel, and the list in it leads to a hotspot.
	var at []float64
	b.run(chromedp.Evaluate(`(() => {
		const m = window.__map.gl, w = innerWidth, h = innerHeight;
		for (let y = h * 0.3; y < h * 0.8; y += 5) for (let x = w * 0.4; x < w * 0.7; x += 5)
			if (m.queryRenderedFeatures([x, y], {layers: ["cells"]}).length && !m.queryRenderedFeatures([[x - 9, y - 9], [x + 9, y + 9]], {layers: ["hotspots"]}).length) return [x, y];
		return [];
	})()`, &at))
	if len(at) != 2 {
		t.Fatal("no measured cell in the middle of the map")
	}
	b.run(chromedp.MouseClickXY(at[0], at[1]), chromedp.WaitVisible("#panel h3", chromedp.ByQuery))
	if got := b.text("#panel"); !strings.Contains(got, "Measured coverage") || !strings.Contains(got, "dBm") || !strings.Contains(got, "Reached by") {
		t.Errorf("cell panel: %q", got)
	}
	b.until(`location.hash.includes("cell=8")`)
	b.shoot("cell")
	b.run(chromedp.Click("#panel .rows button", chromedp.ByQuery))
	b.until(`location.hash.includes("hotspot=")`)
	b.until(`document.querySelector("#panel").innerText.includes("Heard by")`)
	b.until(ready + ` && !window.__map.gl.isMoving()`)
	b.shoot("hotspot")

	// Blocks that are settled now appear without a reload.
	for _, block := range chain[400:] {
		if err := s.index.Apply(block); err != nil {
			t.Fatal(err)
		}
	}
	b.until(`document.querySelector("#asof b")?.textContent === "420"`)
	b.until(fmt.Sprintf(`document.querySelector("#stats dd").textContent === "%d"`, s.index.View().Stats.CellsSeen))
	b.check(s)
}

func TestSearchPermalinkAndTheme(t *testing.T) {
	s := serve(t, recent(200).Chain())
	b := open(t, 1280, 800)
	b.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
	h := s.index.View().Hotspot(3)
	b.run(chromedp.Navigate(s.URL + "/#9.50/52.52/13.40&hotspot=" + h.ID + "&age"))
	b.until(ready)
	b.until(fmt.Sprintf(`document.querySelector("#panel h3")?.textContent === %q`, h.Name))
	b.until(`document.querySelector('[aria-pressed="true"]').textContent === "Last seen"`)
	b.run(chromedp.Click("#theme", chromedp.ByQuery))
	b.until(`document.documentElement.dataset.theme === "light"`)
	other := s.index.View().Hotspot(9)
	b.run(chromedp.SendKeys("#q", other.Name, chromedp.ByQuery))
	b.until(`document.querySelector("#hits button") !== null`)
	b.run(chromedp.SendKeys("#q", "\r", chromedp.ByQuery))
	b.until(fmt.Sprintf(`document.querySelector("#panel h3")?.textContent === %q`, other.Name))
	b.until(`!window.__map.gl.isMoving() && window.__map.gl.loaded()`)
	b.shoot("light")
	b.check(s)
}

func TestEmptyChainSaysWhatToDo(t *testing.T) {
	for name, tc := range map[string]struct {
		blocks []explorer.Block
		want   string
	}{
		"no block":   {nil, "Waiting for the first block"},
		"no hotspot": {[]explorer.Block{{Height: 12, Time: time.Now()}}, "No hotspots yet"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, tc.blocks)
			b := open(t, 1200, 760)
			b.run(chromedp.Navigate(s.URL))
			b.until(ready)
			if got := b.text("#empty"); !strings.Contains(got, tc.want) || !strings.Contains(got, "hexwave ") {
				t.Errorf("%q", got)
			}
			b.shoot("empty-" + strings.ReplaceAll(name, " ", "-"))
			b.check(s)
		})
	}
}

func TestNarrowScreen(t *testing.T) {
	s := serve(t, recent(200).Chain())
	b := open(t, 390, 780)
	b.run(chromedp.Navigate(s.URL + "/#10/52.52/13.40&hotspot=5"))
	b.until(ready)
	b.until(`document.querySelector("#panel h3") !== null && !document.querySelector("#panel").hidden`)
	var overflow bool
	b.run(chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth`, &overflow))
	if overflow {
		t.Error("the page is wider than the screen")
	}
	b.shoot("narrow")
	b.check(s)
}
