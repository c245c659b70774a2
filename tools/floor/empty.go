package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"github.com/hexwave/hexwave/internal/tlsid"
	"github.com/hexwave/hexwave/proto/gwmp"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

// A PUSH_DATA is version, token, kind and EUI before its JSON (gwmp.Header).
const (
	headSize = 12
	ackSize  = 4
	maxBatch = 32 // uplinks in one message, as in hotspot/uplink
)

// emptyHotspot acknowledges each PUSH_DATA and passes it on as it came: it does
// not parse, queue, or keep what is not acknowledged.
func emptyHotspot(ctx context.Context, s setup, ready func(string)) error {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer func() { _ = conn.Close() }() // the process ends
	stream, done, err := dial(ctx, s)
	if err != nil {
		return err
	}
	defer done()
	ready(conn.LocalAddr().String())

	packets := make(chan []byte, 4096)
	failed := make(chan error, 2)
	go func() { // ends with the socket
		failed <- readForwarder(conn, packets)
	}()
	go func() { // ends with the stream
		for {
			if _, err := stream.Recv(); err != nil {
				failed <- err
				return
			}
		}
	}()
	for id := uint64(1); ; {
		select {
		case p := <-packets:
			batch := &routerv1.UplinkBatch{Uplinks: []*routerv1.Uplink{{Id: id, Payload: p}}}
			id++
			for len(packets) > 0 && len(batch.Uplinks) < maxBatch {
				batch.Uplinks = append(batch.Uplinks, &routerv1.Uplink{Id: id, Payload: <-packets})
				id++
			}
			if err := stream.Send(&routerv1.Up{Message: &routerv1.Up_Uplinks{Uplinks: batch}}); err != nil {
				return fmt.Errorf("send: %w", err)
			}
		case err := <-failed:
			return err
		case <-ctx.Done():
			return nil
		}
	}
}

func readForwarder(conn *net.UDPConn, packets chan<- []byte) error {
	buf := make([]byte, 65536)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return fmt.Errorf("read from forwarder: %w", err)
		}
		if n < headSize || buf[3] != byte(gwmp.KindPushData) {
			continue
		}
		ack := [ackSize]byte{buf[0], buf[1], buf[2], byte(gwmp.KindPushAck)}
		if _, err := conn.WriteToUDPAddrPort(ack[:], from); err != nil {
			return fmt.Errorf("acknowledge: %w", err)
		}
		packets <- append([]byte(nil), buf[headSize:n]...)
	}
}

// dial opens the stream and exchanges hellos.
func dial(ctx context.Context, s setup) (routerv1.Router_ConnectClient, func(), error) {
	conn, err := grpc.NewClient("passthrough:///"+s.Router,
		grpc.WithTransportCredentials(credentials.NewTLS(tlsid.Client(benchKey("hotspot", s.Seed), wire.PubKey{}))))
	if err != nil {
		return nil, nil, fmt.Errorf("dial: %w", err)
	}
	stream, err := routerv1.NewRouterClient(conn).Connect(ctx)
	if err == nil {
		err = stream.Send(&routerv1.Up{Message: &routerv1.Up_Hello{Hello: &routerv1.HotspotHello{Version: 1}}})
	}
	if err == nil {
		_, err = stream.Recv()
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open stream: %w", err), conn.Close())
	}
	return stream, func() { _ = conn.Close() }, nil // the process ends with it
}

// emptyServer hands each uplink to the network server as it came and
// acknowledges it.
type emptyServer struct {
	routerv1.UnimplementedRouterServer
	lns string
}

// emptyRouter serves streams with the transport settings of ours.
func emptyRouter(ctx context.Context, s setup, ready func(string)) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := grpc.NewServer(
		grpc.Creds(credentials.NewTLS(tlsid.Server(benchKey("router", 0), nil))),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 30 * time.Second, Timeout: 15 * time.Second}),
		grpc.ReadBufferSize(8<<10), grpc.WriteBufferSize(8<<10),
	)
	routerv1.RegisterRouterServer(server, &emptyServer{lns: s.LNS})
	stop := context.AfterFunc(ctx, server.Stop)
	defer stop()
	ready(l.Addr().String())
	return server.Serve(l)
}

// Connect implements routerv1.RouterServer: one socket to the network server
// for each hotspot, as a virtual gateway has.
func (s *emptyServer) Connect(stream grpc.BidiStreamingServer[routerv1.Up, routerv1.Down]) error {
	if _, err := stream.Recv(); err != nil {
		return err
	}
	if err := stream.Send(&routerv1.Down{Message: &routerv1.Down_Hello{Hello: &routerv1.RouterHello{Version: 1}}}); err != nil {
		return err
	}
	conn, err := net.Dial("udp", s.lns)
	if err != nil {
		return fmt.Errorf("dial network server: %w", err)
	}
	defer func() { _ = conn.Close() }() // the process ends
	go func() {                         // ends with the socket
		buf := make([]byte, 2048)
		for {
			if _, err := conn.Read(buf); err != nil {
				return
			}
		}
	}()
	head := gwmp.Header{Version: gwmp.Version2, Kind: gwmp.KindPushData}.Append(nil)
	datagram := make([]byte, 0, 2048)
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		acks := &routerv1.Acks{}
		for _, u := range m.GetUplinks().GetUplinks() {
			head[1], head[2] = byte(u.GetId()>>8), byte(u.GetId())
			datagram = append(append(datagram[:0], head...), u.GetPayload()...)
			if _, err := conn.Write(datagram); err != nil {
				return fmt.Errorf("send to network server: %w", err)
			}
			acks.Acks = append(acks.Acks, &routerv1.Ack{Id: u.GetId(), Outcome: routerv1.Outcome_OUTCOME_DELIVERED})
		}
		if err := stream.Send(&routerv1.Down{Message: &routerv1.Down_Acks{Acks: acks}}); err != nil {
			return err
		}
	}
}
