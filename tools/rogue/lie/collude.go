package lie

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// HandedOver is the kind of lie that Colluder tells.
const HandedOver = "handed-over"

// friend is a leaker that is asked for what it heard.
type friend struct {
	url    string
	client http.Client
}

func newFriend(address string) (*friend, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("friend %q: want the API of a leaker, http://host:port", address)
	}
	return &friend{url: address + "/frames", client: http.Client{Timeout: time.Second}}, nil
}

// maxFrames bounds what is read of a friend's answer, bytes.
const maxFrames = 1 << 20

// frames returns the frames that the friend lately heard.
func (f *friend) frames(ctx context.Context) ([]wire.Beacon, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url, nil)
	if err != nil {
		return nil, fmt.Errorf("build request: %w", err)
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask friend: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // only read
	var list []string
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxFrames)).Decode(&list); err != nil {
		return nil, fmt.Errorf("read friend's frames: %w", err)
	}
	var out []wire.Beacon
	for _, s := range list {
		raw, err := hex.DecodeString(s)
		if err != nil {
			continue
		}
		if b, err := wire.ParseBeacon(raw); err == nil {
			out = append(out, b)
		}
	}
	return out, nil
}

// collude reports, before reports close, each frame of the friend that answers
// an open challenge.
func (l *Liar) collude(ctx context.Context, height uint64) error {
	frames, err := l.friend.frames(ctx)
	if err != nil {
		return err
	}
	for _, f := range frames {
		for _, t := range l.pending() {
			if uint32(t.c.ID) != f.ShortID() || height >= t.c.Close || !verify.Preimage(&t.c, f.Preimage()) {
				continue
			}
			r, err := l.invent(ctx, t.c, f)
			if err != nil {
				return err
			}
			t.done = true
			l.note(l.say(HandedOver, r))
		}
	}
	return nil
}

// invent makes the report that a hotspot at our asserted place would make: the
// tag is right, the rest is a model of radio.
func (l *Liar) invent(ctx context.Context, c wire.Challenge, f wire.Beacon) (wire.Report, error) {
	d2, self, err := l.distance(ctx, c)
	if err != nil {
		return wire.Report{}, err
	}
	dice := l.dice(c.ID)
	rssi, snr := plausible(d2, &c, self.Gain, dice.NormFloat64())
	return wire.Report{
		Challenge: c.ID, Tag: wire.Tag(l.cfg.Chain, f, l.cfg.Self.PubKey()), RSSI: rssi, SNR: snr,
		FreqError: int32(dice.IntN(401)) - 200, SF: c.SF, Tmst: dice.Uint32(),
	}, nil
}

// Radio in a town: log-distance loss with exponent 3.5 and 29 dB of clutter
// above free space at 100 m, 5 dB of shadowing, a receiver with a noise floor of
// -117 dBm in 125 kHz.
const (
	clutter  = 29
	exponent = 3.5
	shadow   = 5
	noise    = -117
)

// plausible returns RSSI and SNR, in 0.1 dBm and 0.1 dB, between two places
// whose squared chord is d2 mm^2, for a standard normal z. It never falls below
// what is decoded: a liar has no use for a report that is refused.
func plausible(d2 uint64, c *wire.Challenge, gain int16, z float64) (rssi, snr int16) {
	d := max(100, float64(geo.Metres(d2)))
	near := 20*math.Log10(100) + 20*math.Log10(float64(c.Frequency)) - 147.55
	loss := near + clutter + 10*exponent*math.Log10(d/100) + shadow*z
	dBm := float64(c.Power+gain)/10 - loss
	floor := -7.5
	if f, err := region.SNRFloor(c.SF); err == nil {
		floor = float64(f) / 10
	}
	dBm = max(dBm, noise+floor+3)
	return int16(10 * dBm), int16(10 * min(dBm-noise, 11))
}
