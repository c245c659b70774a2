package attack

import (
	"slices"

	"github.com/hexwave/hexwave/tools/pocsim/land"
	"github.com/hexwave/hexwave/tools/pocsim/world"
)

// Prices in US$: a gateway of the cheapest make, an attenuator with its cables, a
// rented machine for a hundred identities.
const (
	gateway    = 80
	attenuator = 25
	rented     = 0.05
	power      = 0.5 // a gateway's electricity in a month
)

// All returns the strategies.
func All() []Attack { return slices.Concat(fakes(), radios(), griefs()) }

// fakes claim coverage where they have none.
func fakes() []Attack {
	edge := []string{"reach", "slope", "ramp"}
	return []Attack{
		{Name: "guess", What: "software reports beacons whose secret it does not know", Share: 50, Seen: true, Running: rented, Setup: guessing, Rules: []string{"tag"}},
		{Name: "constant", What: "a ring of software among real hotspots, with one number for every signal", Share: 100, Seen: true, Running: rented, Setup: ring(constant), Rules: append(edge, "snr", "rssi-max")},
		{Name: "plausible", What: "the same, with signals right for the distance at full power", Share: 100, Seen: true, Running: rented, Setup: ring(plausible), Rules: edge},
		{Name: "physics", What: "the same, with a model of radio that follows power, fading and floors", Share: 100, Seen: true, Running: rented, Setup: ring(physics), Rules: edge},
		{Name: "family", What: "the same, under one account", Share: 100, Seen: true, Running: rented, Setup: clan(ring(physics)), Rules: append(edge, "owners")},
		{Name: "attenuated", What: "gateways in one room with attenuators that make every signal between them right", Share: 100, Seen: true, Hardware: gateway + 2*attenuator, Running: power, Setup: ring(physics), Rules: edge},
		{Name: "resale", What: "grown hotspots are bought, and their keys go to a ring of software elsewhere", Share: 100, Seen: true, Hardware: gateway, Running: rented, Setup: real(world.Honest{}), Later: sell(3), Rules: edge},
		{Name: "mass", What: "as many identities of software as there are hotspots, registered in a day", Share: 1_000, Running: rented, Setup: ring(physics), Rules: append(edge, "caps")},
		{Name: "island", What: "a ring of software, with a model of radio, where nobody lives", Share: 100, Running: rented, Setup: island, Rules: append(edge, "density")},
	}
}

// radios have real ones, and make more of them than they are.
func radios() []Attack {
	honest := real(world.Honest{})
	return []Attack{
		{Name: "room", What: "gateways in one room claim places all over the land", Share: 100, Hardware: gateway, Running: power, Setup: room(0, 100), Twin: room(0, 1), Rules: []string{"rssi-max", "reach", "slope"}},
		{Name: "whisper", What: "the same, sending at a hundred-thousandth of the power, and claiming 15 dBi", Share: 100, Hardware: gateway, Running: power, Setup: room(-50, 100), Twin: room(0, 1), Rules: []string{"rssi-max", "reach", "slope"}},
		{Name: "relay", What: "hotspots pass their own secrets to each other, and report beyond what they hear", Share: 100, Hardware: gateway, Running: power, Setup: real(board{}), Twin: honest, Rules: []string{"reach", "slope"}},
		{Name: "board", What: "hotspots post every secret they hear, and report all that is posted", Share: 100, Hardware: gateway, Running: power, Setup: real(board{all: true}), Twin: honest, Rules: []string{"reach", "slope"}},
		{Name: "mute", What: "receivers that never send", Share: 100, Seen: true, Hardware: gateway / 2, Running: power, Setup: real(mute{}), Rules: []string{"reciprocity", "misses"}},
		{Name: "deaf", What: "senders that never report", Share: 100, Hardware: gateway, Running: power, Setup: real(deaf{}), Twin: honest},
		{Name: "clones", What: "nine identities of one gateway on one spot, each with an account of its own", Share: 90, Hardware: gateway / 9., Running: power / 9, Setup: clones(9, 9, 0, 0.15), Twin: clones(9, 1, 0, 0.15), Rules: []string{"min-distance", "spot lot", "density", "paired"}},
		{Name: "spread", What: "nine identities of one gateway, claimed up to two kilometres around it", Share: 90, Hardware: gateway / 9., Running: power / 9, Setup: clones(9, 9, 0.5, 2), Twin: clones(9, 1, 0, 0.15), Rules: []string{"min-distance", "spot lot", "density", "rssi-max", "paired"}},
		{Name: "dodge", What: "hotspots in a crowded place, claimed beyond its edge", Share: 100, Hardware: gateway, Running: power, Setup: dodge(true), Twin: dodge(false), Rules: []string{"rssi-max", "reach", "density"}},
	}
}

// griefs want others to lose.
func griefs() []Attack {
	honest := real(world.Honest{})
	return []Attack{
		{Name: "clique", What: "hotspots that report nobody but each other", Share: 100, Griefs: true, Hardware: gateway, Running: power, Setup: real(clique{}), Twin: honest},
		{Name: "withhold", What: "beaconers that reveal only when most witnesses are their own", Share: 100, Seen: true, Griefs: true, Hardware: gateway, Running: power, Setup: real(withholder{}), Twin: honest, Rules: []string{"open reveal"}},
		{Name: "jam", What: "a transmitter of 20 dollars sends a false beacon before each true one near it", Seen: true, Griefs: true, Setup: jam, Rules: []string{"secret on air"}},
		{Name: "censor", What: "one relay of three, and a third of the proposers, drop what is not theirs", Seen: true, Griefs: true, Setup: censor, Rules: []string{"two relays"}},
	}
}

// clan has all attackers under one account.
func clan(setup func(*Stage) error) func(*Stage) error {
	return func(s *Stage) error {
		s.Clan = true
		return setup(s)
	}
}

// ring claims places where people live, and shares secrets.
func ring(m model) func(*Stage) error {
	return func(s *Stage) error {
		for range s.Size {
			u := s.claim()
			if err := s.join(world.Identity{Radio: world.NoRadio, Ring: 1, Conduct: software{m}, Claimed: u}, u.Gain); err != nil {
				return err
			}
		}
		return nil
	}
}

// guessing is software beside honest beaconers: it is told of each challenge, as
// everybody is.
func guessing(s *Stage) error {
	for range s.Size {
		u := s.claim()
		if err := s.join(world.Identity{Radio: world.NoRadio, Ring: world.Public, Conduct: copier{}, Claimed: u}, u.Gain); err != nil {
			return err
		}
	}
	return nil
}

// room puts gateways beside each other, a part of them in percent, one at least.
func room(boost float64, percent int) func(*Stage) error {
	return func(s *Stage) error {
		here := s.claim()
		for range max(1, s.Size*percent/100) {
			u, gain := s.claim(), here.Gain
			real := s.near(here, 0.001, 0.006)
			if boost < 0 {
				gain = 15
			}
			id := world.Identity{Radio: s.World.Radio(real), Ring: 1, Conduct: whisper{boost: boost}, Claimed: u}
			if err := s.join(id, gain); err != nil {
				return err
			}
		}
		return nil
	}
}

// real puts up honest radios with another conduct.
func real(c world.Conduct) func(*Stage) error {
	return func(s *Stage) error {
		for range s.Size {
			radio, u := s.honestRadio()
			if err := s.join(world.Identity{Radio: radio, Ring: 1, Conduct: c, Claimed: u}, u.Gain); err != nil {
				return err
			}
		}
		return nil
	}
}

// clones puts identities behind each radio, claimed lo to hi kilometres from it: of
// each n the first most.
func clones(n, most int, lo, hi float64) func(*Stage) error {
	return func(s *Stage) error {
		var radio int
		var u land.Unit
		for i := range s.Size {
			if i%n == 0 {
				radio, u = s.honestRadio()
			}
			id := world.Identity{Radio: radio, Conduct: world.Honest{}, Ring: 1, Claimed: s.near(u, lo, hi)}
			if i%n >= most {
				continue
			}
			if err := s.join(id, u.Gain); err != nil {
				return err
			}
		}
		return nil
	}
}

// dodge claims places beyond the edge of the largest town, or else the true ones.
func dodge(lie bool) func(*Stage) error {
	return func(s *Stage) error {
		t := s.World.Land.Towns[0]
		middle := land.Town{X: t.X, Y: t.Y, Spread: t.Spread / 3}
		for range s.Size {
			x, y := s.World.Land.In(s.Rand, middle)
			u := s.World.Land.NewUnit(s.Rand.Uint64(), x, y)
			radio, claimed := s.World.Radio(u), s.near(u, 1.5*t.Spread, 2.5*t.Spread)
			if !lie {
				claimed = u
			}
			if err := s.join(world.Identity{Radio: radio, Conduct: world.Honest{}, Ring: 1, Claimed: claimed}, u.Gain); err != nil {
				return err
			}
		}
		return nil
	}
}

// island is far from everybody, and as large as a town.
func island(s *Stage) error {
	far := land.Town{X: s.World.Land.Size.Side/2 + 150, Y: 0, Spread: 5}
	for range s.Size {
		x, y := s.World.Land.In(s.Rand, far)
		u := s.World.Land.NewUnit(s.Rand.Uint64(), x, y)
		if err := s.join(world.Identity{Radio: world.NoRadio, Ring: 1, Conduct: software{physics}, Claimed: u}, u.Gain); err != nil {
			return err
		}
	}
	return nil
}

// sell has all of the ring's hotspots bought on a day, and asserted elsewhere.
func sell(on int) func(*Stage, int) error {
	return func(s *Stage, day int) error {
		if day != on {
			return nil
		}
		for _, id := range s.Ring {
			u := s.claim()
			if err := s.World.Chain.Move(id.Index, world.Place(u.X, u.Y)); err != nil {
				return err
			}
			id.Claimed, id.Conduct = u, software{physics}
			s.World.Leave(id)
		}
		return nil
	}
}

// Ring returns the strongest ring of software, whose size is to be chosen.
func Ring() Attack {
	return Attack{Name: "physics", Running: rented, Setup: ring(physics)}
}
