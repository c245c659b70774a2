package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brocaar/lorawan"

	"github.com/hexwave/hexwave/proto/gwmp"
)

// lns is a network server that acknowledges, and counts frames, each once
// however often it is sent.
type lns struct {
	conn    *net.UDPConn
	packets atomic.Uint64
}

func newLNS() (*lns, error) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	// A burst of a virtual gateway each must not be lost here.
	return &lns{conn: conn}, errors.Join(conn.SetReadBuffer(4<<20), conn.SetWriteBuffer(4<<20))
}

// serve answers until the socket is closed.
func (s *lns) serve() {
	buf := make([]byte, 65536)
	seen := map[string]bool{}
	for {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		if n < headSize {
			continue
		}
		answer := gwmp.KindPushAck
		switch gwmp.Kind(buf[3]) {
		case gwmp.KindPushData:
			if frame := frameOf(buf[headSize:n]); frame != "" && !seen[frame] {
				seen[frame] = true
				s.packets.Add(1)
			}
		case gwmp.KindPullData:
			answer = gwmp.KindPullAck
		default:
			continue
		}
		ack := [ackSize]byte{buf[0], buf[1], buf[2], byte(answer)}
		if _, err := s.conn.WriteToUDPAddrPort(ack[:], from); err != nil {
			return
		}
	}
}

// frameOf returns the base64 of the frame in a PUSH_DATA's JSON.
func frameOf(body []byte) string {
	_, rest, _ := bytes.Cut(body, []byte(`"data":"`))
	frame, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(frame)
}

// load is packet forwarders that send at a steady rate.
type load struct {
	sent, acked atomic.Uint64
}

// run sends from one forwarder for each hotspot until ctx is done, rate packets a
// second all together.
func (l *load) run(ctx context.Context, hotspots []string, rate int) error {
	var group sync.WaitGroup
	errs := make(chan error, len(hotspots))
	interval := time.Second * time.Duration(len(hotspots)) / time.Duration(rate)
	for i, address := range hotspots {
		group.Go(func() {
			phase := interval * time.Duration(i) / time.Duration(len(hotspots))
			if err := l.forward(ctx, i, address, interval, phase); err != nil {
				errs <- err
			}
		})
	}
	group.Wait()
	close(errs)
	return <-errs
}

// forward is one packet forwarder. It keeps its schedule: what a busy machine
// delays is sent as soon as it can be.
func (l *load) forward(ctx context.Context, gateway int, address string, interval, phase time.Duration) error {
	conn, err := net.Dial("udp", address)
	if err != nil {
		return fmt.Errorf("dial hotspot: %w", err)
	}
	defer func() { _ = conn.Close() }() // ends its reader
	go func() {                         // ends with the socket
		buf := make([]byte, 64)
		for {
			if n, err := conn.Read(buf); err != nil {
				return
			} else if n == ackSize {
				l.acked.Add(1)
			}
		}
	}()
	next := time.Now().Add(phase)
	for n := uint32(0); ; n++ {
		d, err := datagram(gateway, n)
		if err != nil {
			return err
		}
		if wait := time.Until(next); wait > 0 {
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return nil
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		next = next.Add(interval)
		if _, err := conn.Write(d); err != nil {
			return fmt.Errorf("send: %w", err)
		}
		l.sent.Add(1)
	}
}

// datagram is packet n of a gateway: a PUSH_DATA with one data uplink of one of
// its devices, whose frame counter rises.
func datagram(gateway int, n uint32) ([]byte, error) {
	addr := deviceAddr(gateway, int(n%devices))
	port := uint8(10)
	phy := lorawan.PHYPayload{
		MHDR: lorawan.MHDR{MType: lorawan.UnconfirmedDataUp, Major: lorawan.LoRaWANR1},
		MACPayload: &lorawan.MACPayload{
			FHDR:  lorawan.FHDR{DevAddr: lorawan.DevAddr(binary.BigEndian.AppendUint32(nil, uint32(addr))), FCnt: n / devices},
			FPort: &port, FRMPayload: []lorawan.Payload{&lorawan.DataPayload{Bytes: binary.BigEndian.AppendUint64(nil, uint64(n))}},
		},
	}
	key := lorawan.AES128Key(sessionKey(addr))
	if err := phy.SetUplinkDataMIC(lorawan.LoRaWAN1_0, 0, 0, 0, key, key); err != nil {
		return nil, fmt.Errorf("sign frame: %w", err)
	}
	frame, err := phy.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("encode frame: %w", err)
	}
	eui := gwmp.EUI{0xfe, 0xed, byte(gateway >> 8), byte(gateway)}
	return gwmp.PushData{
		Version: gwmp.Version2, Token: gwmp.Token{byte(n >> 8), byte(n)}, EUI: eui,
		RxPks: []gwmp.RxPk{{
			Tmst: n * 1000, CRC: gwmp.CRCOK, FreqHz: 868_100_000 + 200_000*(n%3), Modu: gwmp.LoRa, Datr: gwmp.LoRaRate(7, 125),
			Codr: "4/5", RSSI: -90, SNR: 70, HasSNR: true, Data: frame,
		}},
	}.Append(nil), nil
}
