package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Sources says where the settings of one run come from. The zero value loads
// the defaults.
type Sources struct {
	// File is the TOML file; "" for none.
	File string
	// Optional makes a File that does not exist no error (the default path).
	Optional bool
	// Prefix is that of the environment variables: HOTSPOT for HOTSPOT_RADIO__REGION.
	Prefix string
	// Environ is os.Environ(); nil reads no variables.
	Environ []string
	// Flags is a set that BindFlags filled; nil for none.
	Flags *pflag.FlagSet
}

// Origin says where one setting got its value.
type Origin struct {
	Key    string `json:"key"`
	Value  string `json:"value"` // as in TOML; "(hidden)" for a secret
	Origin string `json:"origin"`
}

const hidden = "(hidden)"

// Load fills dst, a pointer to a struct that holds the defaults, from all
// sources: flag over environment over file over default. It returns the origin
// of every setting in the order of declaration. dst is undefined after an error.
//
// Errors: ErrRead, ErrUnknownKey, ErrBadValue, ErrInvalid.
func Load(dst any, src Sources) ([]Origin, error) {
	fields, sections := walk(dst)
	from := map[string]string{}
	if err := loadFile(src, fields, from); err != nil {
		return nil, err
	}
	if err := loadEnv(src, fields, from); err != nil {
		return nil, err
	}
	if err := loadFlags(src.Flags, fields, from); err != nil {
		return nil, err
	}
	if err := validate(sections); err != nil {
		return nil, err
	}
	out := make([]Origin, 0, len(fields))
	for _, f := range fields {
		o := Origin{Key: f.path, Value: literal(f.value), Origin: from[f.path]}
		if f.secret {
			o.Value = hidden
		}
		if o.Origin == "" {
			o.Origin = "default"
		}
		out = append(out, o)
	}
	return out, nil
}

func loadFile(src Sources, fields []field, from map[string]string) error {
	if src.File == "" {
		return nil
	}
	data, err := readFile(src.File)
	if errors.Is(err, fs.ErrNotExist) {
		if src.Optional {
			return nil
		}
		return problemf(ErrRead, "%s: no such file; write one with `config init > %s`", src.File, src.File)
	}
	if err != nil {
		return problemf(ErrRead, "%s: %v; check the path and its permissions", src.File, rootCause(err))
	}
	set, err := applyFile(src.File, data, fields)
	for k, line := range set {
		from[k] = fmt.Sprintf("file %s:%d", src.File, line)
	}
	return err
}

// readFile reads one byte more than is allowed, so that a too large file is
// seen and a device or pipe does not fill the memory.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

func rootCause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// EnvName is the environment variable of a setting: redis.url with the prefix
// HOTSPOT is HOTSPOT_REDIS__URL.
func EnvName(prefix, key string) string {
	return prefix + "_" + strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(key, "-", "_"), ".", "__"))
}

func loadEnv(src Sources, fields []field, from map[string]string) error {
	byName := map[string]field{}
	var known []string
	for _, f := range fields {
		n := EnvName(src.Prefix, f.path)
		byName[n] = f
		known = append(known, n)
	}
	for _, kv := range src.Environ {
		name, value, _ := strings.Cut(kv, "=")
		rest, ours := strings.CutPrefix(name, src.Prefix+"_")
		if !ours || src.Prefix == "" {
			continue
		}
		f, ok := byName[name]
		if !ok {
			if err := strangeEnv(name, rest, known); err != nil {
				return err
			}
			continue
		}
		if err := setText(f.value, value); err != nil {
			if f.secret {
				err = errors.New("not a valid value")
			}
			return problemf(ErrBadValue, "environment %s: %v, want %s", name, err, typeName(f.value.Type()))
		}
		from[f.path] = "env " + name
	}
	return nil
}

// strangeEnv refuses a variable with our prefix that is no setting. One without
// a section and far from any name is somebody else's (Kubernetes sets
// HOTSPOT_SERVICE_HOST beside a service called hotspot) and is left alone.
func strangeEnv(name, rest string, known []string) error {
	if n := nearest(name, known); n != "" {
		return problemf(ErrUnknownKey, "environment %s: unknown key; did you mean %q?", name, n)
	}
	if strings.Contains(rest, "__") {
		return problemf(ErrUnknownKey, "environment %s: unknown key; unset it, or see `config show` for every key", name)
	}
	return nil
}

// validator is a struct or section that can refuse its own values.
type validator interface{ Validate() error }

func validate(sections []section) error {
	// The inner sections first: the whole may rely on their rules.
	for _, s := range slices.Backward(sections) {
		v, ok := s.value.Addr().Interface().(validator)
		if !ok {
			continue
		}
		if err := v.Validate(); err != nil {
			if s.path == "" {
				return problemf(ErrInvalid, "configuration: %s", oneLine(err.Error()))
			}
			return problemf(ErrInvalid, "configuration: [%s] %s", s.path, oneLine(err.Error()))
		}
	}
	return nil
}
