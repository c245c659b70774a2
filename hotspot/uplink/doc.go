// Package uplink carries packets from the hotspot to a packet router: the queue
// that keeps each packet until it is acknowledged, and the client that keeps one
// stream to one of the configured routers.
//
// It promises at-least-once within a packet's lifetime: a packet leaves the
// queue when the router has settled it, when it is too old to be useful, or, and
// then it is counted, when the queue is full. It never looks inside a payload
// beyond the DevAddr that order depends on.
package uplink
