// Package loopback finds addresses for servers that a test starts later.
//
// It owns the choice of a port that nothing else takes in the meantime. It never
// keeps a socket open: the server under test binds the address itself.
package loopback

import (
	"context"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"testing"
)

// Ports of [first, first+count) lie below those that a kernel gives to outgoing
// connections and to listeners on port 0 (Linux: from 32,768; RFC 6335: from 49,152).
// A port that the kernel chose may be taken by any connection of any process
// between closing it and binding it again; one of these only by a listener that
// asks for it.
const (
	first = 14_000
	count = 18_000
	tries = 100
)

// Free returns a loopback address, host:port, that was free a moment ago. The
// network is "tcp" or "udp".
func Free(t testing.TB, network string) string {
	t.Helper()
	for range tries {
		port := first + rand.IntN(count) //nolint:gosec // any port will do
		address := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port)).String()
		if free(t.Context(), network, address) {
			return address
		}
	}
	t.Fatalf("no free %s port of %d tried", network, tries)
	return ""
}

func free(ctx context.Context, network, address string) bool {
	var cfg net.ListenConfig
	if strings.HasPrefix(network, "udp") {
		conn, err := cfg.ListenPacket(ctx, network, address)
		return err == nil && conn.Close() == nil
	}
	l, err := cfg.Listen(ctx, network, address)
	return err == nil && l.Close() == nil
}
