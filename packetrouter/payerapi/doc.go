// Package payerapi is the stream between packet routers and payer agents
// (docs/spec/wifi.md, Payer stream): gRPC over TLS 1.3, both sides with
// self-signed certificates whose key is the identity. [Client] is the router's
// side, [Server] the payer agent's.
//
// It owns hellos, reconnecting, the bounded queues of each stream and the memory
// of which router a hotspot was last heard through. What does not fit into a
// queue is dropped and counted: hotspots and payers ask again. It never reads
// what it carries.
package payerapi
