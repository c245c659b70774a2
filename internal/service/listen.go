package service

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// ErrListen: an address could not be bound. The error is one line that names
// the address, the setting it came from and what to do.
var ErrListen = errors.New("cannot listen")

type listenError struct {
	text  string
	cause error
}

func (e *listenError) Error() string   { return e.text }
func (e *listenError) Unwrap() []error { return []error{ErrListen, e.cause} }

// Listen binds a TCP address. setting is the configuration key the address came
// from, such as "metrics.listen". Errors: ErrListen.
func Listen(ctx context.Context, setting, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, explainListen("tcp", setting, addr, err)
	}
	return l, nil
}

// ListenPacket is Listen for UDP.
func ListenPacket(ctx context.Context, setting, addr string) (*net.UDPConn, error) {
	var lc net.ListenConfig
	c, err := lc.ListenPacket(ctx, "udp", addr)
	if err != nil {
		return nil, explainListen("udp", setting, addr, err)
	}
	return c.(*net.UDPConn), nil
}

func explainListen(network, setting, addr string, err error) error {
	what := fmt.Sprintf("%s %s is not usable (%v); check %s", network, addr, cause(err), setting)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		what = fmt.Sprintf("%s %s is already in use; stop the program that has it (ss -lnp), or set %s to a free port", network, addr, setting)
	case errors.Is(err, syscall.EACCES):
		what = fmt.Sprintf("%s %s needs privileges; set %s to a port above 1023", network, addr, setting)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		what = fmt.Sprintf("%s %s is not an address of this machine; set %s to one that is, such as 127.0.0.1", network, addr, setting)
	}
	return &listenError{text: what, cause: err}
}

// cause drops the "listen tcp 1.2.3.4:5:" that the message already says.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
