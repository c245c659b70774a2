package loopback

import (
	"net"
	"testing"
)

func TestFreeGivesAddressesToBind(t *testing.T) {
	tcp, err := net.Listen("tcp", Free(t, "tcp"))
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	if free(t.Context(), "tcp", tcp.Addr().String()) {
		t.Fatal("an address in use was called free")
	}
	udp, err := net.ListenPacket("udp", Free(t, "udp"))
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	if free(t.Context(), "udp", udp.LocalAddr().String()) {
		t.Fatal("an address in use was called free")
	}
}
