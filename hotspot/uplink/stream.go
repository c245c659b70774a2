package uplink

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/gwmp"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

// transmit sends packets, within the router's window, and control messages until
// the stream ends.
func (c *Client) transmit(ctx context.Context, stream routerv1.Router_ConnectClient, number uint64, window int, settled <-chan struct{}, received <-chan error) error {
	for {
		// Reports and results have deadlines; they never wait behind packets.
		for len(c.out) > 0 {
			if err := sendOut(stream, number, <-c.out); err != nil {
				return err
			}
		}
		// Logins wait for nobody's packets either; they are few.
		for len(c.wifi) > 0 {
			if err := sendOut(stream, number, outgoing{m: <-c.wifi}); err != nil {
				return err
			}
		}
		_, inFlight, _ := c.queue.Stats()
		if batch := c.queue.Take(min(maxBatch, window-inFlight), time.Now()); len(batch) > 0 {
			if err := stream.Send(&routerv1.Up{Message: &routerv1.Up_Uplinks{Uplinks: uplinks(batch, time.Now())}}); err != nil {
				return fmt.Errorf("send uplinks: %w", err)
			}
			continue
		}
		select {
		case m := <-c.out:
			if err := sendOut(stream, number, m); err != nil {
				return err
			}
		case m := <-c.wifi:
			if err := sendOut(stream, number, outgoing{m: m}); err != nil {
				return err
			}
		case <-c.queue.Wake():
		case <-settled:
		case err := <-received:
			return err
		case <-ctx.Done():
			return fmt.Errorf("stream: %w", ctx.Err())
		}
	}
}

// sendOut sends a control message unless it belongs to another stream.
func sendOut(stream routerv1.Router_ConnectClient, number uint64, o outgoing) error {
	if o.stream != 0 && o.stream != number {
		return nil
	}
	if err := stream.Send(o.m); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

// uplinks converts packets to their wire form.
func uplinks(batch []hotspot.Uplink, now time.Time) *routerv1.UplinkBatch {
	out := &routerv1.UplinkBatch{Uplinks: make([]*routerv1.Uplink, len(batch))}
	for i, u := range batch {
		out.Uplinks[i] = &routerv1.Uplink{
			Id: u.ID, Payload: u.Payload, Tmst: u.Tmst, Time: uint64(u.At.UnixMicro()), Frequency: u.Frequency,
			Sf: uint32(u.SF), Bandwidth: u.Bandwidth, Rssi: int32(u.RSSI), Snr: int32(u.SNR),
			Hold: uint32(max(0, now.Sub(u.At).Milliseconds())), Forwarder: binary.BigEndian.Uint64(u.Forwarder[:]), CodeRate: u.CodeRate,
		}
	}
	return out
}

// receive hands on what the router sends until the stream ends.
func (c *Client) receive(stream routerv1.Router_ConnectClient, number uint64, settled chan<- struct{}) error {
	for {
		m, err := stream.Recv()
		if err != nil {
			return fmt.Errorf("receive: %w", err)
		}
		switch m := m.GetMessage().(type) {
		case *routerv1.Down_Acks:
			c.acked(m.Acks)
			select {
			case settled <- struct{}{}:
			default:
			}
		case *routerv1.Down_Downlink:
			c.down.Downlink(downlink(number, m.Downlink))
		case *routerv1.Down_Challenges:
			c.challenges(m.Challenges.GetItems())
		case *routerv1.Down_Vouchers:
			for _, v := range m.Vouchers.GetItems() {
				c.down.Voucher(v)
			}
		case *routerv1.Down_Head:
			c.down.Head(head(m.Head))
		case *routerv1.Down_Radius:
			c.down.Radius(hotspot.Radius{Proof: m.Radius.GetProof(), Packet: m.Radius.GetPacket(), Exchange: m.Radius.GetExchange()})
		case *routerv1.Down_RadiusRefusal:
			x := m.RadiusRefusal
			c.down.RadiusRefused(hotspot.RadiusRefusal{Exchange: x.GetExchange(), Realm: x.GetRealm(), Outcome: wire.Outcome(x.GetOutcome())})
		case *routerv1.Down_UsageResults:
			for _, r := range m.UsageResults.GetItems() {
				c.down.UsageResult(r)
			}
		case *routerv1.Down_Ping:
			c.send(outgoing{number, &routerv1.Up{Message: &routerv1.Up_Pong{Pong: m.Ping}}})
		case *routerv1.Down_Drain:
			return errDrain
		}
	}
}

func (c *Client) acked(acks *routerv1.Acks) {
	for _, a := range acks.GetAcks() {
		if c.queue.Settle(a.GetId()) {
			c.down.Acked(a.GetId(), wire.Outcome(a.GetOutcome()))
		}
	}
}

func (c *Client) challenges(items [][]byte) {
	for _, raw := range items {
		ch, err := wire.ParseChallenge(raw)
		if err != nil {
			c.log.Debug("challenge from router", "error", err)
			continue
		}
		c.down.Challenge(ch)
	}
}

func head(h *routerv1.ChainHead) hotspot.Head {
	return hotspot.Head{Height: h.GetHeight(), Time: time.UnixMilli(int64(h.GetTime())), Epoch: h.GetEpoch()}
}

// maxWindows bounds the windows of one downlink.
const maxWindows = 8

func downlink(stream uint64, d *routerv1.Downlink) hotspot.Downlink {
	out := hotspot.Downlink{ID: downlinkID(stream, d.GetId()), Payload: d.GetPayload()}
	var eui gwmp.EUI
	binary.BigEndian.PutUint64(eui[:], d.GetForwarder())
	out.Forwarder = eui
	for i, w := range d.GetWindows() {
		if i == maxWindows {
			break
		}
		out.Windows = append(out.Windows, hotspot.Window{
			Tmst: w.GetTmst(), Immediate: w.GetImmediate(), Frequency: w.GetFrequency(), SF: uint8(w.GetSf()),
			Bandwidth: w.GetBandwidth(), Power: int16(w.GetPower()),
		})
	}
	return out
}
