package attack

import (
	"math/rand/v2"

	"github.com/hexwave/hexwave/tools/pocsim/land"
	"github.com/hexwave/hexwave/tools/pocsim/world"
)

// Attack is one strategy.
type Attack struct {
	Name  string
	What  string // one sentence
	Share int    // attackers, permille of the honest
	// Seen says that some rule can see it, which it then must. What no rule can see
	// is bounded by the lifetime pay alone.
	Seen bool
	// Griefs says that the aim is what others lose.
	Griefs bool
	// Hardware and Running are US$ for an identity, and for a month of it.
	Hardware, Running float64
	// Setup puts up the attackers.
	Setup func(s *Stage) error
	// Later is what happens at the start of a day.
	Later func(s *Stage, day int) error
	// Twin puts up the same hardware honestly, at the same places: what it earns is
	// no loss to anybody. Without it the attackers have nothing to be honest with.
	Twin func(s *Stage) error
	// Rules name those that have a part in it, and are tried without.
	Rules []string
}

// Stage is where an attack is set up.
type Stage struct {
	World *world.World
	Rand  *rand.Rand
	Size  int // attackers
	Ring  []*world.Identity
	owner uint32
	Clan  bool // all attackers have one account
}

// firstOwner is the lowest number of an attacker's owner account.
const firstOwner = 1 << 24

// join registers an attacker under an account of its own: accounts are free.
func (s *Stage) join(id world.Identity, gain float64) error {
	if s.owner == 0 || !s.Clan {
		s.owner++
	}
	id.Claimed = s.World.Land.Stand(id.Claimed)
	joined, err := s.World.Join(id, firstOwner+s.owner, gain)
	if err != nil {
		return err
	}
	s.Ring = append(s.Ring, joined)
	return nil
}

// claim returns a radio as an owner would have it at a place where people live.
func (s *Stage) claim() land.Unit {
	x, y := s.World.Land.Site(s.Rand)
	return s.World.Land.NewUnit(s.Rand.Uint64(), x, y)
}

// honestRadio puts up a radio where people live, and returns it.
func (s *Stage) honestRadio() (int, land.Unit) {
	u := s.claim()
	return s.World.Radio(u), u
}

// near returns a place at a distance of lo to hi kilometres.
func (s *Stage) near(u land.Unit, lo, hi float64) land.Unit {
	for {
		x, y := (2*s.Rand.Float64()-1)*hi, (2*s.Rand.Float64()-1)*hi
		if d := x*x + y*y; d >= lo*lo && d <= hi*hi {
			u.X, u.Y = u.X+x, u.Y+y
			return s.World.Land.Stand(u)
		}
	}
}
