// Package grpcapi is the stream between hotspots and a packet router
// (docs/spec/stream.md): gRPC over TLS 1.3, both sides with self-signed
// certificates whose key is the identity.
//
// It owns the handshake, the hello, the conversion of messages, and the bounded
// queue of each stream to its hotspot, in which acks, vouchers and heads wait
// to be sent together. It never decides what becomes of a packet.
package grpcapi
