package openapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// object is a JSON object; its keys are written in order of their names.
type object = map[string]any

// document is what is written so far.
type document struct {
	paths   object
	schemas object
}

// Document returns the description of every method with an HTTP rule in the packages
// that wanted names, as JSON. The same descriptors give the same bytes.
func Document(files *protoregistry.Files, title, version string, wanted func(pkg string) bool) ([]byte, error) {
	d := document{paths: object{}, schemas: object{}}
	var services []protoreflect.ServiceDescriptor
	files.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			if wanted(string(f.Package())) {
				services = append(services, f.Services().Get(i))
			}
		}
		return true
	})
	slices.SortFunc(services, func(a, b protoreflect.ServiceDescriptor) int {
		return strings.Compare(string(a.FullName()), string(b.FullName()))
	})
	for _, s := range services {
		for i := range s.Methods().Len() {
			if err := d.method(s.Methods().Get(i)); err != nil {
				return nil, err
			}
		}
	}
	return json.MarshalIndent(object{
		"openapi":    "3.0.3",
		"info":       object{"title": title, "version": version},
		"paths":      d.paths,
		"components": object{"schemas": d.schemas},
	}, "", " ")
}

// method adds the paths of a method, one for each of its HTTP rules.
func (d *document) method(m protoreflect.MethodDescriptor) error {
	rule, _ := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
	if rule == nil {
		return nil
	}
	for i, r := range append([]*annotations.HttpRule{rule}, rule.AdditionalBindings...) {
		if err := d.binding(m, r, i); err != nil {
			return fmt.Errorf("describe %s: %w", m.FullName(), err)
		}
	}
	return nil
}

// binding adds one path of a method.
func (d *document) binding(m protoreflect.MethodDescriptor, r *annotations.HttpRule, number int) error {
	verb, path := "get", r.GetGet()
	if path == "" {
		verb, path = "post", r.GetPost()
	}
	if path == "" {
		return fmt.Errorf("neither GET nor POST: %v", r)
	}
	id := string(m.Parent().FullName()) + "." + string(m.Name())
	if number > 0 {
		id = fmt.Sprintf("%s.%d", id, number)
	}
	path, inPath := template(path)
	operation := object{
		"operationId": id,
		"tags":        []string{string(m.ParentFile().Package())},
		"responses": object{
			"200":     object{"description": "the answer", "content": content(d.reference(m.Output()))},
			"default": object{"description": "what is wrong: code of gRPC and a sentence", "content": content(object{"$ref": schemaPrefix + statusName})},
		},
	}
	d.schemas[statusName] = statusSchema()
	parameters, err := d.parameters(m.Input(), inPath, verb == "get")
	if err != nil {
		return err
	}
	if len(parameters) > 0 {
		operation["parameters"] = parameters
	}
	if verb == "post" {
		operation["requestBody"] = object{"required": true, "content": content(d.reference(m.Input()))}
	}
	item, _ := d.paths[path].(object)
	if item == nil {
		item = object{}
		d.paths[path] = item
	}
	if item[verb] != nil {
		return fmt.Errorf("%s %s is there already", verb, path)
	}
	item[verb] = operation
	return nil
}

// template turns a path of google.api.http into one of OpenAPI, and returns the fields
// in it: {name=**} takes slashes too, which OpenAPI cannot say.
func template(path string) (string, []string) {
	var fields []string
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(path, "{")
		b.WriteString(before)
		if !found {
			return b.String(), fields
		}
		var field string
		field, path, _ = strings.Cut(rest, "}")
		field, _, _ = strings.Cut(field, "=")
		fields = append(fields, field)
		b.WriteString("{" + field + "}")
	}
}

// parameters are the fields of a request in the path, and for a GET all others in the
// query, those of messages in it by a dot.
func (d *document) parameters(m protoreflect.MessageDescriptor, inPath []string, query bool) ([]object, error) {
	var all []object
	for _, name := range inPath {
		field := find(m, name)
		if field == nil {
			return nil, fmt.Errorf("the path names %s, %s has no such field", name, m.FullName())
		}
		all = append(all, object{"name": name, "in": "path", "required": true, "schema": d.field(field)})
	}
	if !query {
		return all, nil
	}
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		if slices.Contains(inPath, string(f.Name())) || f.IsMap() {
			continue
		}
		if f.Message() == nil || known(f.Message()) != nil {
			all = append(all, object{"name": string(f.Name()), "in": "query", "schema": d.field(f)})
			continue
		}
		for k := range f.Message().Fields().Len() {
			if inner := f.Message().Fields().Get(k); inner.Message() == nil && !f.IsList() {
				all = append(all, object{"name": string(f.Name()) + "." + string(inner.Name()), "in": "query", "schema": d.field(inner)})
			}
		}
	}
	return all, nil
}

// find returns the field of a message that a dotted name leads to, or nil.
func find(m protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	first, rest, nested := strings.Cut(name, ".")
	f := m.Fields().ByName(protoreflect.Name(first))
	if !nested || f == nil || f.Message() == nil {
		return f
	}
	return find(f.Message(), rest)
}

func content(schema object) object { return object{"application/json": object{"schema": schema}} }
