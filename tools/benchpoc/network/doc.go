// Package network runs four validators on this machine, real processes with real
// consensus over loopback, and answers their challenges as hotspots and relays do:
// real keys, hash chains, tags and signatures, batched through the free lane. It
// owns the world, the load, the flood and the figures; it never changes what it
// measures, and stops only the processes that it started.
package network
