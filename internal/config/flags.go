package config

import (
	"fmt"
	"reflect"

	"github.com/spf13/pflag"
)

// BindFlags adds one flag for each setting of cfg, a pointer to a struct with
// the defaults: redis.url becomes --redis.url. cfg is not changed by parsing;
// Load applies the flags that were given.
func BindFlags(fs *pflag.FlagSet, cfg any) {
	fields, _ := walk(cfg)
	for _, f := range fields {
		v := &flagValue{field: f}
		flag := fs.VarPF(v, f.path, "", f.doc)
		if f.value.Kind() == reflect.Bool {
			flag.NoOptDefVal = "true"
		}
	}
}

// flagValue keeps what was given as text and checks it against a scratch value
// of the setting's type, so that the flag parser names the bad flag.
type flagValue struct {
	field field
	given bool
	text  string
}

func (v *flagValue) String() string {
	if v.given || !v.field.value.IsValid() {
		return v.text
	}
	if v.field.secret {
		return ""
	}
	return plain(v.field.value)
}

func (v *flagValue) Set(s string) error {
	if err := setText(reflect.New(v.field.value.Type()).Elem(), s); err != nil {
		return fmt.Errorf("%w, want %s", err, typeName(v.field.value.Type()))
	}
	v.text, v.given = s, true
	return nil
}

func (v *flagValue) Type() string {
	switch t := v.field.value.Type(); {
	case t.Kind() == reflect.Bool:
		return "bool"
	case t.Kind() == reflect.Slice:
		return "list"
	case t == reflect.TypeFor[Duration]() || t == stdDuration:
		return "duration"
	case t == reflect.TypeFor[Size]():
		return "size"
	case isText(t) || t.Kind() == reflect.String:
		return "string"
	default:
		return "number"
	}
}

func loadFlags(fs *pflag.FlagSet, fields []field, from map[string]string) error {
	if fs == nil {
		return nil
	}
	for _, f := range fields {
		flag := fs.Lookup(f.path)
		if flag == nil || !flag.Changed {
			continue
		}
		if err := setText(f.value, flag.Value.String()); err != nil {
			return problemf(ErrBadValue, "flag --%s: %v, want %s", f.path, err, typeName(f.value.Type()))
		}
		from[f.path] = "flag --" + f.path
	}
	return nil
}
