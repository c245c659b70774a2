// Package routerv1 is the generated form of the stream between hotspots and
// packet routers, from router.proto beside it. Its meaning is docs/spec/stream.md.
package routerv1
