// Package openapi describes the HTTP gateway of a node in OpenAPI 3.0, from the
// descriptors that the gateway itself is made of. It owns the translation of protobuf's
// services and messages to paths and schemas. It never says what a field means beyond
// its type: the comments of the .proto files are not part of a program.
package openapi
