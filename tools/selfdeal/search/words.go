package search

import (
	"fmt"
	"strings"

	"github.com/hexwave/hexwave/tools/selfdeal/economy"
)

// String tells a plan in words.
func (p Plan) String() string {
	var parts []string
	if p.Year > 0 {
		parts = append(parts, fmt.Sprintf("in year %d", p.Year+1))
	}
	if who := p.who(); who != "" {
		parts = append(parts, who)
	}
	parts = append(parts, p.stations())
	at, price := uint64(0), uint64(midPrice)
	for _, a := range p.Acts {
		at += a.Wait
		if a.Burn == 0 && a.Settle == 0 && a.Price == price {
			continue // time goes by
		}
		price = a.Price
		what := fmt.Sprintf("day %s, price US$ %.3f", days(at), float64(price)/1e8)
		if does := a.does(p.Stands[a.Stand].Class); does != "" {
			what += ": " + does
		}
		parts = append(parts, what)
	}
	return strings.Join(append(parts, fmt.Sprintf("wait until day %d", at/day+p.Tail)), "; ")
}

// does says what an act does, "" for nothing but a price.
func (a Act) does(c economy.Class) string {
	var does []string
	if a.Burn > 0 {
		does = append(does, fmt.Sprintf("burn %.0f HXW for credits", float64(a.Burn)/economy.HXW))
	}
	if a.Settle > 0 {
		does = append(does, fmt.Sprintf("settle %s of them for %s", most(a.Settle), c))
	}
	return strings.Join(does, " and ")
}

func (p Plan) who() string {
	var who []string
	if p.Turns > 0 {
		who = append(who, most(p.Turns)+" of the validators")
	}
	if p.Votes > 0 {
		who = append(who, most(p.Votes)+" of the votes")
	}
	return strings.Join(who, " and ")
}

// stations tells of stations alike once.
func (p Plan) stations() string {
	var kinds []string
	count := map[string]int{}
	for _, s := range p.Stands {
		k := s.String()
		if count[k]++; count[k] == 1 {
			kinds = append(kinds, k)
		}
	}
	for i, k := range kinds {
		kinds[i] = fmt.Sprintf("%d %s", count[k], k)
	}
	return "stations: " + strings.Join(kinds, ", ")
}

// String tells what a station is.
func (s Stand) String() string {
	if s.Class == economy.WiFi {
		return "Wi-Fi"
	}
	where := [...]string{"where strangers' traffic is", "alone in its cell", "beside a stranger"}[s.Cell]
	return fmt.Sprintf("LoRa %s with %d points a day", where, s.Points)
}

func most(share uint64) string {
	if share == whole {
		return "all"
	}
	return fmt.Sprintf("%.1f %%", float64(share)/10)
}

func days(seconds uint64) string {
	if seconds%day == 0 {
		return fmt.Sprint(seconds / day)
	}
	return fmt.Sprintf("%.2f", float64(seconds)/day)
}
