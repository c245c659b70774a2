package attack

import (
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
func All() []Attack {
	return []Attack{
		{Name: "guess", What: "software without the secret of a beacon reports it all the same", Share: 50, Seen: true, Running: rented, Setup: guessing},
		{Name: "room", What: "gateways in one room claim places kilometres apart", Share: 100, Seen: true, Hardware: gateway, Running: power, Setup: room(0)},
		{Name: "whisper", What: "the same, sending at a hundred-thousandth of the power, and claiming 15 dBi", Share: 100, Seen: true, Hardware: gateway, Running: power, Setup: room(-50)},
		{Name: "attenuated", What: "gateways in one room with attenuators that make every signal right", Share: 100, Seen: true, Hardware: gateway + 2*attenuator, Running: power, Setup: ring(physics)},
		{Name: "constant", What: "a ring of software among real hotspots, with one number for every signal", Share: 100, Seen: true, Running: rented, Setup: ring(constant)},
		{Name: "plausible", What: "the same, with signals right for the distance at full power", Share: 100, Seen: true, Running: rented, Setup: ring(plausible)},
		{Name: "physics", What: "the same, with a model of radio that follows power, fading and floors", Share: 100, Seen: true, Running: rented, Setup: ring(physics)},
		{Name: "relay", What: "real hotspots pass their own secrets to each other, and report beyond what they hear", Share: 100, Seen: true, Hardware: gateway, Running: power, Setup: boards(false)},
		{Name: "board", What: "real hotspots post every secret they hear, and report all that is posted", Share: 100, Seen: true, Hardware: gateway, Running: power, Setup: boards(true)},
		{Name: "mute", What: "receivers that never send", Share: 100, Seen: true, Hardware: gateway / 2, Running: power, Setup: real(mute{})},
		{Name: "deaf", What: "senders that never report", Share: 100, Hardware: gateway, Running: power, Setup: real(deaf{})},
		{Name: "clones", What: "nine identities of one gateway on one spot, each of an owner of its own", Share: 90, Seen: true, Hardware: gateway / 9., Running: power / 9, Setup: clones(9, 0, 0.15)},
		{Name: "spread", What: "nine identities of one gateway, claimed up to two kilometres around it", Share: 90, Hardware: gateway / 9., Running: power / 9, Setup: clones(9, 0.5, 2)},
		{Name: "dodge", What: "real hotspots in a crowded place, claimed beyond its edge", Share: 100, Hardware: gateway, Running: power, Setup: dodge},
		{Name: "clique", What: "real hotspots that report nobody but each other", Share: 100, Hardware: gateway, Running: power, Setup: real(clique{}), Griefs: true},
		{Name: "withhold", What: "beaconers that reveal only when most witnesses are their own", Share: 100, Seen: true, Griefs: true, Hardware: gateway, Running: power, Setup: real(withholder{})},
		{Name: "jam", What: "a transmitter that sends a false beacon before each true one it can drown", Seen: true, Griefs: true, Setup: jam},
		{Name: "censor", What: "a relay and a third of the proposers drop what is not theirs", Seen: true, Griefs: true, Setup: censor},
		{Name: "mass", What: "as many identities of software as there are hotspots, registered in a day", Share: 1_000, Running: rented, Setup: ring(physics)},
		{Name: "resale", What: "grown hotspots are bought, and their keys go to a ring of software elsewhere", Share: 100, Seen: true, Hardware: gateway, Running: rented, Setup: real(world.Honest{}), Later: sell(25)},
		{Name: "island", What: "a ring of software, with a model of radio, where nobody lives", Share: 100, Running: rented, Setup: island},
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

// room puts gateways beside each other.
func room(boost float64) func(*Stage) error {
	return func(s *Stage) error {
		here := s.claim()
		for range s.Size {
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

func boards(all bool) func(*Stage) error { return real(board{all: all}) }

// clones puts n identities behind each radio, claimed lo to hi kilometres from it.
func clones(n int, lo, hi float64) func(*Stage) error {
	return func(s *Stage) error {
		var radio int
		var u land.Unit
		for i := range s.Size {
			if i%n == 0 {
				radio, u = s.honestRadio()
			}
			id := world.Identity{Radio: radio, Conduct: world.Honest{}, Ring: 1, Claimed: s.near(u, lo, hi)}
			if err := s.join(id, u.Gain); err != nil {
				return err
			}
		}
		return nil
	}
}

// dodge claims places beyond the edge of the largest town.
func dodge(s *Stage) error {
	t := s.World.Land.Towns[0]
	middle := land.Town{X: t.X, Y: t.Y, Spread: t.Spread / 3}
	for range s.Size {
		x, y := s.World.Land.In(s.Rand, middle)
		u := s.World.Land.NewUnit(s.Rand.Uint64(), x, y)
		id := world.Identity{Radio: s.World.Radio(u), Conduct: world.Honest{}, Ring: 1, Claimed: s.near(u, 1.5*t.Spread, 2.5*t.Spread)}
		if err := s.join(id, u.Gain); err != nil {
			return err
		}
	}
	return nil
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
