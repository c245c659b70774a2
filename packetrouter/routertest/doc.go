// Package routertest tests what stands around a packet router: conformance
// suites that every implementation of its ports must pass, and the peers it
// meets (a hotspot over gRPC and TLS, a network server over UDP) for tests over
// real sockets. Nothing but tests imports it.
package routertest
