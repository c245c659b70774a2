package config

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// field is one setting: a leaf of the configuration struct.
type field struct {
	path   string // redis.url
	doc    string
	secret bool
	value  reflect.Value // addressable, of the loaded struct
}

// section is one nested struct.
type section struct {
	path  string // redis; "" for the whole
	doc   string
	value reflect.Value
}

var (
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	stdDuration     = reflect.TypeFor[time.Duration]()
)

// walk lists settings and sections in the order of declaration. dst must be a
// pointer to a struct; anything else, and a field that cannot be a setting, is a
// mistake in the program and panics.
func walk(dst any) ([]field, []section) {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("config: %T is not a pointer to a struct", dst))
	}
	var w walker
	w.structure("", "", v.Elem())
	return w.fields, w.sections
}

type walker struct {
	fields   []field
	sections []section
}

func (w *walker) structure(path, doc string, v reflect.Value) {
	w.sections = append(w.sections, section{path, doc, v})
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("toml")
		if name == "-" {
			continue
		}
		if name == "" || strings.ContainsAny(name, ".,") || !f.IsExported() {
			panic(fmt.Sprintf("config: field %s.%s needs a toml tag with a plain name", t, f.Name))
		}
		full := join(path, name)
		doc := f.Tag.Get("doc")
		switch {
		case isSection(f.Type):
			w.structure(full, doc, v.Field(i))
		case settable(f.Type):
			w.fields = append(w.fields, field{full, doc, f.Tag.Get("secret") == "true", v.Field(i)})
		default:
			panic(fmt.Sprintf("config: field %s.%s has type %s, which cannot be a setting", t, f.Name, f.Type))
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// isText: the type reads and writes itself. A plain time.Duration is treated as
// a Duration.
func isText(t reflect.Type) bool {
	return t == stdDuration || reflect.PointerTo(t).Implements(textUnmarshaler)
}

func unmarshalText(v reflect.Value, s string) error {
	if v.Type() == stdDuration {
		return (*Duration)(v.Addr().Interface().(*time.Duration)).UnmarshalText([]byte(s))
	}
	return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s))
}

func isSection(t reflect.Type) bool { return t.Kind() == reflect.Struct && !isText(t) }

func settable(t reflect.Type) bool {
	if isText(t) {
		return true
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	case reflect.Slice:
		return t.Elem().Kind() != reflect.Slice && settable(t.Elem())
	default:
		return false
	}
}

// setText gives the setting the value written in an environment variable or a
// flag. Lists are separated by commas; the empty text is the empty list.
func setText(v reflect.Value, s string) error {
	if isText(v.Type()) {
		return unmarshalText(v, s)
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
		return nil
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return fmt.Errorf("%q is not true or false", s)
		}
		v.SetBool(b)
		return nil
	case reflect.Float64:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", s)
		}
		return setFloat(v, f)
	case reflect.Slice:
		return setList(v, s)
	default:
		return setInteger(v, s)
	}
}

func setFloat(v reflect.Value, f float64) error {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return errors.New("infinite and undefined numbers are not settings")
	}
	v.SetFloat(f)
	return nil
}

func setList(v reflect.Value, s string) error {
	out := reflect.MakeSlice(v.Type(), 0, 0)
	if strings.TrimSpace(s) != "" {
		for part := range strings.SplitSeq(s, ",") {
			e := reflect.New(v.Type().Elem()).Elem()
			if err := setText(e, strings.TrimSpace(part)); err != nil {
				return err
			}
			out = reflect.Append(out, e)
		}
	}
	v.Set(out)
	return nil
}

func setInteger(v reflect.Value, s string) error {
	bits := v.Type().Bits()
	if v.CanInt() {
		n, err := strconv.ParseInt(s, 10, bits)
		if err != nil {
			return fmt.Errorf("%q is not a whole number of %d bits", s, bits)
		}
		v.SetInt(n)
		return nil
	}
	n, err := strconv.ParseUint(s, 10, bits)
	if err != nil {
		return fmt.Errorf("%q is not a whole number from 0 to %d", s, ^uint64(0)>>(64-bits))
	}
	v.SetUint(n)
	return nil
}

// setTOML gives the setting a value that the TOML decoder produced.
func setTOML(v reflect.Value, raw any) error {
	switch x := raw.(type) {
	case string:
		if v.Kind() == reflect.String || isText(v.Type()) {
			return setText(v, x)
		}
		return fmt.Errorf("%q is text, want %s", x, typeName(v.Type()))
	case int64:
		if _, isSize := v.Interface().(Size); isSize || v.CanInt() || v.CanUint() || v.CanFloat() {
			if !isSize && isText(v.Type()) {
				break
			}
			return setText(v, strconv.FormatInt(x, 10))
		}
	case bool:
		if v.Kind() == reflect.Bool {
			v.SetBool(x)
			return nil
		}
	case float64:
		if v.CanFloat() {
			return setFloat(v, x)
		}
	case []any:
		if v.Kind() == reflect.Slice && !isText(v.Type()) {
			return setTOMLList(v, x)
		}
	}
	return fmt.Errorf("%v does not fit, want %s", raw, typeName(v.Type()))
}

func setTOMLList(v reflect.Value, items []any) error {
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		if err := setTOML(out.Index(i), item); err != nil {
			return err
		}
	}
	v.Set(out)
	return nil
}

// typeName is how a message calls a type.
func typeName(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[Duration]() || t == stdDuration:
		return `a duration such as "30s"`
	case t == reflect.TypeFor[Size]():
		return `a size such as "16MiB"`
	case isText(t) || t.Kind() == reflect.String:
		return "text in quotes"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Slice:
		return "a list of " + typeName(t.Elem())
	case t.Kind() == reflect.Float64:
		return "a number"
	default:
		return "a whole number"
	}
}
