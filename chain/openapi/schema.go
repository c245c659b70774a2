package openapi

import "google.golang.org/protobuf/reflect/protoreflect"

const (
	schemaPrefix = "#/components/schemas/"
	statusName   = "google.rpc.Status"
)

// reference returns the reference to a message's schema, and adds the schema when it is
// new. The well-known types are written where they stand.
func (d *document) reference(m protoreflect.MessageDescriptor) object {
	if schema := known(m); schema != nil {
		return schema
	}
	name := string(m.FullName())
	if _, there := d.schemas[name]; !there {
		schema := object{"type": "object"}
		d.schemas[name] = schema // first, so that a message may hold itself
		properties := object{}
		for i := range m.Fields().Len() {
			f := m.Fields().Get(i)
			properties[string(f.Name())] = d.field(f)
		}
		if len(properties) > 0 {
			schema["properties"] = properties
		}
	}
	return object{"$ref": schemaPrefix + name}
}

// field returns the schema of a field, as the gateway writes it: proto3's JSON with the
// names of the .proto files.
func (d *document) field(f protoreflect.FieldDescriptor) object {
	switch {
	case f.IsMap():
		return object{"type": "object", "additionalProperties": d.single(f.MapValue())}
	case f.IsList():
		return object{"type": "array", "items": d.single(f)}
	default:
		return d.single(f)
	}
}

func (d *document) single(f protoreflect.FieldDescriptor) object {
	switch f.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return d.reference(f.Message())
	case protoreflect.EnumKind:
		var names []string
		for i := range f.Enum().Values().Len() {
			names = append(names, string(f.Enum().Values().Get(i).Name()))
		}
		return object{"type": "string", "enum": names}
	case protoreflect.BoolKind:
		return object{"type": "boolean"}
	case protoreflect.BytesKind:
		return object{"type": "string", "format": "byte"} // base64
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return object{"type": "string", "format": "int64"}
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return object{"type": "string", "format": "uint64"} // JavaScript has no such number
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind, protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return object{"type": "integer", "format": "int64"}
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return object{"type": "number"}
	default:
		return object{"type": "string"}
	}
}

// known is the schema of a type that JSON writes in its own way, or nil.
func known(m protoreflect.MessageDescriptor) object {
	switch m.FullName() {
	case "google.protobuf.Timestamp":
		return object{"type": "string", "format": "date-time"}
	case "google.protobuf.Duration":
		return object{"type": "string"}
	case "google.protobuf.Any":
		return object{"type": "object", "properties": object{"@type": object{"type": "string"}}, "additionalProperties": true}
	default:
		return nil
	}
}

// statusSchema is what the gateway answers when something is wrong.
func statusSchema() object {
	return object{"type": "object", "properties": object{
		"code":    object{"type": "integer"},
		"message": object{"type": "string"},
		"details": object{"type": "array", "items": object{"type": "object"}},
	}}
}
