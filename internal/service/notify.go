package service

import (
	"context"
	"fmt"
	"net"
	"os"
)

// StateReady is what Notify sends once a daemon serves, as systemd's
// sd_notify(3) names it.
const StateReady = "READY=1"

// Notify tells the service manager of a change of state. Without one (no
// NOTIFY_SOCKET) it does nothing.
func Notify(ctx context.Context, state string) error {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return nil
	}
	if path[0] == '@' { // an abstract socket
		path = "\x00" + path[1:]
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "unixgram", path)
	if err != nil {
		return fmt.Errorf("notify service manager: %w", err)
	}
	if _, err := c.Write([]byte(state)); err != nil {
		_ = c.Close() // the write error says more
		return fmt.Errorf("notify service manager: %w", err)
	}
	return c.Close()
}
