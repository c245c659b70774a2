package grpcapi

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hexwave/hexwave/packetrouter"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

// receiver is the receiving half of a stream.
type receiver struct {
	stream  grpc.BidiStreamingServer[routerv1.Up, routerv1.Down]
	key     wire.PubKey
	log     *slog.Logger
	link    *link
	hello   chan *routerv1.HotspotHello
	session chan *packetrouter.Session
	done    chan error // how receiving ended; nil when the hotspot closed
}

// run receives until the stream ends.
func (r *receiver) run() { r.done <- r.receive() }

func (r *receiver) receive() error {
	first, err := r.stream.Recv()
	if err != nil {
		return err
	}
	hello := first.GetHello()
	if hello == nil {
		return status.Error(codes.InvalidArgument, "the first message must be a hello")
	}
	r.hello <- hello
	var s *packetrouter.Session
	select {
	case s = <-r.session:
	case <-r.stream.Context().Done():
		return r.stream.Context().Err()
	}
	// Before the first uplink, so that nothing is metered below what this
	// hotspot was promised already.
	s.Present(hello.GetVouchers())
	for {
		m, err := r.stream.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := r.handle(s, m); err != nil {
			return err
		}
	}
}

// await returns the hello, or why there is none.
func (r *receiver) await() (*routerv1.HotspotHello, error) {
	timer := time.NewTimer(helloWithin)
	defer timer.Stop()
	select {
	case h := <-r.hello:
		return h, nil
	case err := <-r.done:
		return nil, err
	case <-timer.C:
		return nil, status.Error(codes.DeadlineExceeded, "no hello in time")
	}
}

func (r *receiver) handle(s *packetrouter.Session, m *routerv1.Up) error {
	switch x := m.GetMessage().(type) {
	case *routerv1.Up_Uplinks:
		list := x.Uplinks.GetUplinks()
		if len(list) > maxUplinks {
			return tooMany("uplinks", len(list), maxUplinks)
		}
		now := time.Now()
		for _, u := range list {
			s.Uplink(now, uplink(u))
		}
	case *routerv1.Up_DownlinkResult:
		d := x.DownlinkResult
		result := packetrouter.TxOther
		if v := d.GetResult(); v > 0 && packetrouter.TxResult(v).Valid() {
			result = packetrouter.TxResult(v)
		}
		s.DownlinkResult(d.GetId(), result, int(d.GetWindow()))
	case *routerv1.Up_Reports:
		return submit(s, packetrouter.ItemReport, x.Reports.GetItems())
	case *routerv1.Up_Reveals:
		return submit(s, packetrouter.ItemReveal, x.Reveals.GetItems())
	case *routerv1.Up_Radius:
		s.Radius(time.Now(), packetrouter.Radius{
			Realm: x.Radius.GetRealm(), Proof: x.Radius.GetProof(), Packet: x.Radius.GetPacket(), Exchange: x.Radius.GetExchange(),
		})
	case *routerv1.Up_Usage:
		s.Usage(time.Now(), packetrouter.Usage{
			Realm: x.Usage.GetRealm(), Records: x.Usage.GetRecords(), Vouchers: x.Usage.GetVouchers(),
		})
	case *routerv1.Up_Ping:
		r.link.pong(x.Ping.GetToken())
	case *routerv1.Up_Pong:
	case *routerv1.Up_Hello:
		return status.Error(codes.InvalidArgument, "a second hello")
	}
	// Messages of a newer version are ignored.
	return nil
}

func submit(s *packetrouter.Session, kind packetrouter.ItemKind, list [][]byte) error {
	if len(list) > maxItems {
		return tooMany("items", len(list), maxItems)
	}
	for _, item := range list {
		s.Submit(kind, item)
	}
	return nil
}

func tooMany(what string, have, most int) error {
	return status.Error(codes.InvalidArgument, fmt.Sprintf("%d %s in one message, at most %d", have, what, most))
}

// checkHello refuses what cannot be spoken with.
func checkHello(h *routerv1.HotspotHello, chain wire.ChainHash) error {
	switch {
	case h.GetVersion() != Version:
		return status.Error(codes.FailedPrecondition, fmt.Sprintf("version %d is not spoken here; versions: %d", h.GetVersion(), Version))
	case string(h.GetChain()) != string(chain[:]):
		return status.Error(codes.FailedPrecondition, fmt.Sprintf("hotspot is on chain %x, router on chain %x", h.GetChain(), chain))
	case len(h.GetFeatures()) > maxFeatures:
		return tooMany("features", len(h.GetFeatures()), maxFeatures)
	case len(h.GetVouchers()) > maxVouchers:
		return tooMany("vouchers", len(h.GetVouchers()), maxVouchers)
	}
	for _, f := range h.GetFeatures() {
		if len(f) > maxFeature {
			return status.Error(codes.InvalidArgument, "feature name too long")
		}
	}
	return nil
}

// refuse maps the router's refusals of a session.
func refuse(err error) error {
	switch {
	case errors.Is(err, packetrouter.ErrFull):
		return status.Error(codes.ResourceExhausted, err.Error())
	case errors.Is(err, packetrouter.ErrStale):
		return status.Error(codes.AlreadyExists, err.Error())
	case errors.Is(err, packetrouter.ErrDraining):
		return status.Error(codes.Unavailable, err.Error())
	}
	return status.Error(codes.Internal, err.Error())
}
