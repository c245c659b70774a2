// Package repo_test holds the rules of the house: what may import what, what
// deterministic code must not use, how long things may get, and what every
// folder has. Each rule gives its reason when it fails. The rules apply to what
// exists; a new folder is under them from its first file.
package repo_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/hexwave/hexwave"

// direction says what the packages below one folder may import.
type direction struct {
	from   string   // folder; the longest match holds
	ours   []string // folders of ours, besides from itself
	others []string // modules of others; nil allows any
	reason string
}

var none = []string{}

var directions = []direction{
	{"proto/wire", none, none, "signed bytes are read by every part and audited alone: std only"},
	{"proto", none, []string{"google.golang.org/protobuf", "google.golang.org/grpc"}, "wire formats know nothing above them"},
	{"proto/radius", none, []string{"layeh.com/radius"}, "the rules of RADIUS stand on one codec and know nothing else"},
	{"poc", []string{"proto/wire"}, []string{"github.com/oasisprotocol/curve25519-voi"}, "poc is pure; the chain executes it on every validator"},
	{"packetrouter", []string{"proto", "poc", "internal"}, nil, "the router declares what it needs of the chain; an adapter meets it"},
	{"packetrouter/chainledger", []string{"packetrouter", "proto", "poc", "internal", "chain"}, nil, "the one adapter of the router to the chain"},
	{"hotspot", []string{"proto", "poc", "internal"}, nil, "the gateway binary stays small and knows no chain code"},
	{"explorer", []string{"poc", "internal"}, nil, "the explorer reads; it needs coordinates and nothing else of ours"},
	{"explorer/chainsource", []string{"explorer", "poc", "proto", "internal", "chain"}, nil, "the one adapter of the explorer to the chain"},
	{"chain", []string{"poc", "proto/wire", "internal"}, nil, "the chain knows no service that uses it"},
	{"chain/x", []string{"poc", "proto/wire"}, nil, "modules load, call a pure function of poc, and store"},
	{"internal", []string{"proto/wire"}, nil, "plumbing is used by all and uses none but identities"},
}

// importers lists who alone may import a package of others, outside of tests.
var importers = []struct {
	pkg, reason string
	only        []string
}{
	{"github.com/uber/h3-go", "h3-go is C: binaries without cgo and integer code cannot have it", []string{"explorer", "cmd/explorer", "tools"}},
	{"github.com/cosmos/cosmos-sdk", "the SDK is large and belongs to the chain and its clients", []string{"chain", "cmd", "tools", "packetrouter/chainledger", "explorer/chainsource"}},
}

// pureFolders hold code that every validator executes: its result may depend on
// nothing but its arguments.
var pureFolders = []string{"poc", "chain/x"}

// impure lists what pureFolders nevertheless use, as "file func: what", with the
// reason why no result depends on it.
var impure = map[string]string{}

const (
	maxFileLines   = 1000
	maxMedianFile  = 120
	maxFuncLines   = 100
	usualFuncLines = 60 // 95 % of functions
)

type pkg struct {
	ImportPath string
	Dir        string
	Imports    []string
	CgoFiles   []string
	Standard   bool
	Name       string
}

func (p pkg) folder() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

func goList(t *testing.T, env string, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Dir,Imports,CgoFiles,Standard,Name"}, args...)...)
	cmd.Env = append(os.Environ(), env)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %v: %v\n%s", args, err, stderr.String())
	}
	var pkgs []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

func inFolder(name string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return name == f || strings.HasPrefix(name, f+"/") })
}

func directionOf(folder string) (direction, bool) {
	var best direction
	for _, d := range directions {
		if inFolder(folder, d.from) && len(d.from) > len(best.from) {
			best = d
		}
	}
	return best, best.from != ""
}

func TestImportDirections(t *testing.T) {
	std := map[string]bool{}
	for _, p := range goList(t, "CGO_ENABLED=1", "std") {
		std[p.ImportPath] = true
	}
	for _, p := range goList(t, "CGO_ENABLED=1", "./...") {
		for _, imp := range p.Imports {
			if reason := forbidden(p, imp, std[imp] || imp == "C"); reason != "" {
				t.Errorf("%s imports %s: %s", p.folder(), imp, reason)
			}
		}
	}
}

// forbidden returns why p must not import imp, "" when it may.
func forbidden(p pkg, imp string, standard bool) string {
	if standard {
		return ""
	}
	for _, r := range importers {
		if inFolder(imp, r.pkg) && !inFolder(p.folder(), r.only...) {
			return r.reason
		}
	}
	target, ours := strings.CutPrefix(imp, module+"/")
	if ours && inFolder(target, "cmd", "tools") && !inFolder(p.folder(), "cmd/"+second(target), "tools/"+second(target)) {
		return "programs are imported by nobody"
	}
	d, ok := directionOf(p.folder())
	switch {
	case !ok:
		return ""
	case ours && !inFolder(target, d.from) && !inFolder(target, d.ours...):
		return d.reason
	case !ours && d.others != nil && !inFolder(imp, d.others...):
		return d.reason
	default:
		return ""
	}
}

// second is the second part of a folder: the program of cmd/NAME/...
func second(folder string) string {
	parts := strings.SplitN(folder, "/", 3)
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

func TestHotspotStaysSmall(t *testing.T) {
	for _, p := range goList(t, "CGO_ENABLED=1", "-deps", "./cmd/hotspot", "./hotspot/...") {
		if p.Standard {
			continue
		}
		if inFolder(p.ImportPath, "github.com/cosmos", "cosmossdk.io", "github.com/cometbft", "github.com/uber/h3-go", module+"/chain") {
			t.Errorf("hotspot depends on %s: the gateway binary has no chain code", p.ImportPath)
		}
		if len(p.CgoFiles) > 0 {
			t.Errorf("hotspot depends on %s, which needs cgo: the gateway binary is static and cross-compiled", p.ImportPath)
		}
	}
}

// source is one Go file of ours.
type source struct {
	path      string // slash-separated, from the root
	text      []byte
	file      *ast.File
	generated bool
	test      bool
}

var skippedDirs = []string{".git", ".bin", "bin", "out", "dist", "testdata", "node_modules"}

func walkFiles(t *testing.T, visit func(name string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains(skippedDirs, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		visit(filepath.ToSlash(name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sources(t *testing.T, fset *token.FileSet) []source {
	t.Helper()
	var out []source
	walkFiles(t, func(name string) {
		if !strings.HasSuffix(name, ".go") {
			return
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("parse: %v", err)
			return
		}
		out = append(out, source{name, text, f, ast.IsGenerated(f), strings.HasSuffix(name, "_test.go")})
	})
	return out
}

func TestPackageDocs(t *testing.T) {
	docs := map[string][]string{}
	for _, s := range sources(t, token.NewFileSet()) {
		dir := path.Dir(s.path)
		if s.test || strings.HasSuffix(s.path, ".pb.gw.go") { // the gateway generator writes a doc of its own
			continue
		}
		if _, seen := docs[dir]; !seen {
			docs[dir] = nil
		}
		if s.file.Doc == nil {
			continue
		}
		docs[dir] = append(docs[dir], path.Base(s.path))
		want := "Package " + s.file.Name.Name + " "
		if s.file.Name.Name == "main" {
			want = "Command " + path.Base(dir) + " "
		}
		if !s.generated && !strings.HasPrefix(s.file.Doc.Text(), want) {
			t.Errorf("%s: the package doc begins with %q", s.path, want)
		}
	}
	for dir, files := range docs {
		if len(files) != 1 {
			t.Errorf("%s: package doc in %d files %v, want exactly one that says what the package owns and never does", dir, len(files), files)
		}
	}
}

func TestSizes(t *testing.T) {
	fset := token.NewFileSet()
	var fileLines []int
	funcs, long := 0, []string{}
	for _, s := range sources(t, fset) {
		if s.generated {
			continue
		}
		lines := bytes.Count(s.text, []byte("\n"))
		if lines > maxFileLines {
			t.Errorf("%s: %d lines, limit %d: split it by what changes together", s.path, lines, maxFileLines)
		}
		fileLines = append(fileLines, lines)
		for _, d := range s.file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			funcs++
			n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1
			if n > maxFuncLines {
				t.Errorf("%s: %s has %d lines, limit %d", s.path, fn.Name.Name, n, maxFuncLines)
			}
			if n > usualFuncLines {
				long = append(long, fmt.Sprintf("%s %s %d", s.path, fn.Name.Name, n))
			}
		}
	}
	slices.Sort(fileLines)
	if m := fileLines[len(fileLines)/2]; m > maxMedianFile {
		t.Errorf("the median file has %d lines, limit %d", m, maxMedianFile)
	}
	if len(long)*20 > funcs {
		t.Errorf("%d of %d functions are longer than %d lines, limit 5 %%:\n%s", len(long), funcs, usualFuncLines, strings.Join(long, "\n"))
	}
}

func TestPureCode(t *testing.T) {
	fset := token.NewFileSet()
	used := map[string]bool{}
	imp := &importer{fset: fset, done: map[string]*types.Package{}, info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}}
	for _, s := range sources(t, fset) {
		if s.generated || s.test || !inFolder(s.path, pureFolders...) {
			continue
		}
		imp.load(path.Dir(s.path))
		for _, found := range findImpure(imp, s.path) {
			if _, ok := impure[found.key]; ok {
				used[found.key] = true
				continue
			}
			t.Errorf("%s: %s: every validator must get the same result; %s", found.pos, found.what, found.instead)
		}
	}
	for key := range impure {
		if !used[key] {
			t.Errorf("the exception %q is not needed any more", key)
		}
	}
}

type impurity struct {
	key, pos, what, instead string
}

// randomAndClock maps a selector "package.Name" ("" for every name) to what to
// use instead.
var randomAndClock = map[string]string{
	"math/rand.": "take the seed as an argument", "math/rand/v2.": "take the seed as an argument", "crypto/rand.": "take the seed as an argument",
	"time.Now": "take the block time as an argument", "time.Since": "take the block time as an argument", "time.Until": "take the block time as an argument",
	"time.After": "no timers", "time.Sleep": "no timers", "time.NewTimer": "no timers", "time.Tick": "no timers",
}

func findImpure(imp *importer, name string) []impurity {
	file := imp.files[name]
	imports := map[string]string{}
	for _, i := range file.Imports {
		p := strings.Trim(i.Path.Value, `"`)
		local := path.Base(p)
		if local == "v2" {
			local = path.Base(path.Dir(p))
		}
		if i.Name != nil {
			local = i.Name.Name
		}
		imports[local] = p
	}
	var out []impurity
	function := ""
	add := func(n ast.Node, what, instead string) {
		out = append(out, impurity{name + " " + function + ": " + what, imp.fset.Position(n.Pos()).String(), what, instead})
	}
	sorted := map[ast.Node]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			function = n.Name.Name
		case *ast.Ident:
			if n.Name == "float64" || n.Name == "float32" {
				add(n, n.Name, "use integers or fixed point")
			}
		case *ast.BasicLit:
			if n.Kind == token.FLOAT {
				add(n, "a float literal", "use integers or fixed point")
			}
		case *ast.RangeStmt:
			if isMap(imp.info.Types[n.X].Type) {
				add(n, "range over a map", "range over slices.Sorted(maps.Keys(m))")
			}
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && isIdent(sel.X, "slices") && strings.HasPrefix(sel.Sel.Name, "Sorted") && len(n.Args) > 0 {
				sorted[n.Args[0]] = true
			}
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && isIdent(sel.X, "maps") && slices.Contains([]string{"Keys", "Values", "All"}, sel.Sel.Name) && !sorted[n] {
				add(n, "maps."+sel.Sel.Name, "wrap it in slices.Sorted")
			}
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if !ok || imports[x.Name] == "" {
				break
			}
			from := imports[x.Name]
			for _, key := range []string{from + ".", from + "." + n.Sel.Name} {
				if instead := randomAndClock[key]; instead != "" {
					add(n, from+"."+n.Sel.Name, instead)
				}
			}
			if from == "math" && !regexp.MustCompile(`^(Max|Min)U?[iI]nt`).MatchString(n.Sel.Name) {
				add(n, "math."+n.Sel.Name, "math is floating point")
			}
		}
		return true
	})
	return out
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func isMap(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// importer type-checks our own packages from source and stands in an empty
// package for every other one: enough to know the maps that we declare, and
// nothing needs to be compiled first.
type importer struct {
	fset  *token.FileSet
	done  map[string]*types.Package
	files map[string]*ast.File
	info  *types.Info
}

// Import implements types.Importer.
func (i *importer) Import(name string) (*types.Package, error) {
	if dir, ours := strings.CutPrefix(name, module+"/"); ours {
		return i.load(dir), nil
	}
	p := types.NewPackage(name, path.Base(name))
	p.MarkComplete()
	return p, nil
}

func (i *importer) load(dir string) *types.Package {
	if p, ok := i.done[dir]; ok {
		return p
	}
	names, _ := filepath.Glob(filepath.Join(filepath.FromSlash(dir), "*.go")) // the pattern is well formed
	var files []*ast.File
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(i.fset, n, nil, parser.SkipObjectResolution)
		if err != nil {
			continue // sources reports it
		}
		if i.files == nil {
			i.files = map[string]*ast.File{}
		}
		i.files[filepath.ToSlash(n)] = f
		files = append(files, f)
	}
	conf := types.Config{Importer: i, Error: func(error) {}, FakeImportC: true}
	p, _ := conf.Check(module+"/"+dir, i.fset, files, i.info) // names of other modules do not resolve
	i.done[dir] = p
	return p
}

func TestReadmes(t *testing.T) {
	for _, pattern := range []string{"cmd/*", "chain/x/*"} {
		dirs, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range dirs {
			if code, _ := filepath.Glob(filepath.Join(d, "*.go")); len(code) == 0 { // the pattern is well formed
				continue
			}
			if _, err := os.Stat(filepath.Join(d, "README.md")); err != nil {
				t.Errorf("%s has no README.md: it is what its users read first", d)
			}
		}
	}
}

func TestNoLeftovers(t *testing.T) {
	// Written so that they do not match themselves.
	words := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b|\b[tbf]\.Sk` + `ip(Now|f)?\(`)
	paths := regexp.MustCompile(`(^|[\s"'` + "`" + `=(:])/(wo` + `rk|ro` + `ot|ho` + `me)/[a-zA-Z0-9._-]`)
	code := []string{".go", ".sh", ".proto", ".yml", ".ts"}
	text := append([]string{".md", ".toml", ".json", ".html", ".css", ".service"}, code...)
	walkFiles(t, func(name string) {
		ext := path.Ext(name)
		isCode := slices.Contains(code, ext) || path.Base(name) == "Makefile" || name == ".ci/run"
		if !isCode && !slices.Contains(text, ext) {
			return
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > 1<<20 || isCode && ext == ".go" && bytes.HasPrefix(b, []byte("// Code generated")) {
			return
		}
		n := 0
		for line := range bytes.Lines(b) {
			n++
			if m := words.Find(line); isCode && m != nil {
				t.Errorf("%s:%d: %q: finish it or file it", name, n, m)
			}
			if m := paths.Find(line); m != nil {
				t.Errorf("%s:%d: %q: a path of one machine", name, n, bytes.TrimSpace(m))
			}
		}
	})
}

// TestRulesBite feeds the checkers what they must refuse and what they must let
// pass, so that a rule that stopped working is seen.
func TestRulesBite(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		body string
		want string // "" is allowed
	}{
		{`func f(m map[string]int) { for range m {} }`, "range over a map"},
		{`type set map[int]bool; type s struct{ m set }; func f(v s) { for k := range v.m { _ = k } }`, "range over a map"},
		{`func f(m map[string]int) { for _, k := range slices.Sorted(maps.Keys(m)) { _ = k } }`, ""},
		{`func f(m map[string]int) { for k := range maps.Keys(m) { _ = k } }`, "maps.Keys"},
		{`func f(s []int) { for range s {} }`, ""},
		{`func f() any { return time.Now() }`, "time.Now"},
		{`func f(t time.Time) any { return t.Unix() }`, ""},
		{`func f() any { return rand.IntN(3) }`, "math/rand/v2.IntN"},
		{`func f() any { return math.MaxInt64 }`, ""},
		{`func f() any { return math.Sqrt(2) }`, "math.Sqrt"},
		{`var x float64`, "float64"},
		{`var x = 1.5`, "a float literal"},
	} {
		name := filepath.ToSlash(filepath.Join(dir, "f.go"))
		text := "package p\nimport (\"maps\"; \"math\"; \"math/rand/v2\"; \"slices\"; \"time\")\n" + tt.body + "\n"
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		imp := &importer{fset: token.NewFileSet(), done: map[string]*types.Package{}, info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}}
		imp.load(dir)
		got := ""
		for _, f := range findImpure(imp, name) {
			got = f.what
		}
		if got != tt.want {
			t.Errorf("%s: found %q, want %q", tt.body, got, tt.want)
		}
	}
	for _, tt := range []struct {
		from, imp string
		refused   bool
	}{
		{"poc/geo", module + "/proto/wire", false},
		{"poc/geo", module + "/proto/gwmp", true},
		{"poc", "github.com/cosmos/cosmos-sdk/types", true},
		{"proto/wire", "github.com/oasisprotocol/curve25519-voi/curve", true},
		{"packetrouter/grpcapi", "google.golang.org/grpc", false},
		{"packetrouter/grpcapi", module + "/chain/client", true},
		{"packetrouter/chainledger", module + "/chain/client", false},
		{"hotspot/lora", module + "/packetrouter", true},
		{"hotspot/lora", "github.com/uber/h3-go/v4", true},
		{"explorer/index", "github.com/uber/h3-go/v4", false},
		{"chain/x/poc/keeper", "github.com/cosmos/cosmos-sdk/types", false},
		{"chain/x/poc/keeper", module + "/explorer", true},
		{"cmd/hexwave", module + "/tools/radio", true},
		{"cmd/hexwave/devnet", module + "/cmd/hexwave/report", false},
	} {
		got := forbidden(pkg{ImportPath: module + "/" + tt.from}, tt.imp, false)
		if (got != "") != tt.refused {
			t.Errorf("%s importing %s: %q, want refused %v", tt.from, tt.imp, got, tt.refused)
		}
	}
}
