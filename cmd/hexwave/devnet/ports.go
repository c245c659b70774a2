package devnet

import (
	"errors"
	"fmt"
	"net"
)

// ErrPorts: the ports the network needs are taken.
var ErrPorts = errors.New("ports are in use")

// Where things listen, from the base port on. Everything is on loopback.
const (
	offExplorer      = 0
	offFaucet        = 1
	offRouter        = 2
	offRadio         = 3
	offRouterMetrics = 4
	offExplorerAdmin = 5
	offLNS           = 6 // UDP
	offBundle        = 7
	offValidators    = 10  // ten each: p2p, rpc, grpc, api, metrics; the spare node's last
	offHotspotUDP    = 100 // one each
	offHotspotAPI    = 350
	offHotspotAdmin  = 600
	offWiFi          = 850 // control of the Wi-Fi simulator
	offAAAAuth       = 851 // UDP
	offAAAAcct       = 852 // UDP
	offWiFiAuth      = 853 // UDP, of the Wi-Fi hotspot
	offWiFiAcct      = 854 // UDP
	offWiFiAPI       = 855
	offWiFiAdmin     = 856
	offPayer         = 857
	offPayerAdmin    = 858
	offWiFiDAS       = 860 // UDP, one an access point
	portCount        = 870

	portsPerValidator = 10
	portRPC           = 1
	portGRPC          = 2
	portAPI           = 3

	// MaxValidators and MaxHotspots are bounded by the ports set aside.
	MaxValidators = 8
	MaxHotspots   = 240
)

const (
	loopback = "127.0.0.1"
	// defaultBase is the first port of a network a person looks at: the same
	// address each time.
	defaultBase = 26600
	lastBase    = 60000
)

// ports hands out addresses.
type ports struct{ base int }

func (p ports) addr(offset int) string { return fmt.Sprintf("%s:%d", loopback, p.base+offset) }
func (p ports) url(offset int) string  { return "http://" + p.addr(offset) }

func (p ports) validator(i, port int) string {
	return p.addr(offValidators + portsPerValidator*i + port)
}

// choosePorts returns the block at base, or for base 0 the default block or the
// next free one.
func choosePorts(base int) (ports, error) {
	if base != 0 {
		if base < 1024 || base > lastBase {
			return ports{}, fmt.Errorf("%w: --ports-base %d; choose 1024 to %d", ErrPorts, base, lastBase)
		}
		if taken := firstTaken(base); taken != 0 {
			return ports{}, fmt.Errorf("%w: %d of %d to %d; stop the program that has it (ss -lnp) or choose another --ports-base", ErrPorts, taken, base, base+portCount-1)
		}
		return ports{base}, nil
	}
	for base := defaultBase; base < lastBase; base += portCount {
		if firstTaken(base) == 0 {
			return ports{base}, nil
		}
	}
	return ports{}, fmt.Errorf("%w: no %d free ones in a row from %d on", ErrPorts, portCount, defaultBase)
}

// firstTaken returns the first port of a block that cannot be bound, or 0.
func firstTaken(base int) int {
	for port := base; port < base+portCount; port++ {
		l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", loopback, port))
		if err != nil {
			return port
		}
		_ = l.Close() // it was only tried
		u, err := net.ListenPacket("udp", fmt.Sprintf("%s:%d", loopback, port))
		if err != nil {
			return port
		}
		_ = u.Close() // it was only tried
	}
	return 0
}
