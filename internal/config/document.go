package config

import (
	"bufio"
	"encoding"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// docWidth is where comments of the generated file are wrapped, in bytes.
const docWidth = 80

// Document writes cfg, a pointer to a configuration struct, as a TOML file that
// loads to the same values and explains every key. Secrets are written empty.
func Document(w io.Writer, cfg any) error {
	fields, sections := walk(cfg)
	bySection := map[string][]field{}
	for _, f := range fields {
		dir := f.path[:max(0, strings.LastIndexByte(f.path, '.'))]
		bySection[dir] = append(bySection[dir], f)
	}
	b := bufio.NewWriter(w)
	first := true
	for _, s := range sections {
		own := bySection[s.path]
		if len(own) == 0 && s.doc == "" {
			continue
		}
		if !first {
			fmt.Fprintln(b)
		}
		first = false
		comment(b, s.doc)
		if s.path != "" {
			fmt.Fprintf(b, "[%s]\n", s.path)
		}
		for i, f := range own {
			if i > 0 || s.path == "" && s.doc != "" {
				fmt.Fprintln(b)
			}
			comment(b, f.doc)
			value := literal(f.value)
			if f.secret {
				value = literal(reflect.New(f.value.Type()).Elem())
			}
			fmt.Fprintf(b, "%s = %s\n", f.path[strings.LastIndexByte(f.path, '.')+1:], value)
		}
	}
	return b.Flush()
}

func comment(w io.Writer, doc string) {
	line := "#"
	for word := range strings.FieldsSeq(doc) {
		if len(line)+1+len(word) > docWidth && line != "#" {
			fmt.Fprintln(w, line)
			line = "#"
		}
		line += " " + word
	}
	if line != "#" {
		fmt.Fprintln(w, line)
	}
}

// literal is the value as TOML.
func literal(v reflect.Value) string {
	if v.Kind() == reflect.Slice && !isText(v.Type()) {
		items := make([]string, v.Len())
		for i := range items {
			items[i] = literal(v.Index(i))
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	switch {
	case isText(v.Type()) || v.Kind() == reflect.String:
		return quote(plain(v))
	case v.Kind() == reflect.Float64:
		s := plain(v)
		if !strings.ContainsAny(s, ".eEnN") {
			s += ".0"
		}
		return s
	default:
		return plain(v)
	}
}

// plain is the value as a flag or environment variable writes it.
func plain(v reflect.Value) string {
	if v.Type() == stdDuration {
		return Duration(v.Interface().(time.Duration)).String()
	}
	if isText(v.Type()) {
		if m, ok := v.Interface().(encoding.TextMarshaler); ok {
			if b, err := m.MarshalText(); err == nil {
				return string(b)
			}
		}
		return fmt.Sprint(v.Interface())
	}
	switch v.Kind() {
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = plain(v.Index(i))
		}
		return strings.Join(items, ",")
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	default:
		return fmt.Sprint(v.Interface())
	}
}

// quote writes a TOML string, literal ('...') only where escapes would be needed.
func quote(s string) string {
	b, err := toml.Marshal(map[string]string{"k": s})
	if err != nil {
		return strconv.Quote(s)
	}
	text := strings.TrimSuffix(strings.TrimPrefix(string(b), "k = "), "\n")
	if plainQuoted, ok := strings.CutPrefix(text, "'"); ok && !strings.HasPrefix(text, "'''") && !strings.ContainsAny(s, `"\`) {
		return `"` + strings.TrimSuffix(plainQuoted, "'") + `"`
	}
	return text
}
