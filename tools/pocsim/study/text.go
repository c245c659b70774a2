package study

const introduction = `# Adversaries of proof of coverage

This page is made by ` + "`go run ./tools/pocsim --all --seed 1 --write`" + ` and not by hand. It shows what
each known way to cheat brings under the rules and the parameters of a new chain, what stops it, what
the rules cost those who do not cheat, and what no rule can see. The rules are in [poc.md](poc.md); the
simulator (` + "`tools/pocsim`" + `) runs the code that validators run: draw, checks, settlement, evidence,
density, ramp and pay.
`

const setting = `
Setting: %d honest hotspots in a %s, alone for %d days, then %d days with the attackers; seed %d. Hotspots
stand on roofs, on balconies and indoors, in hills; loss is that of free space, of walls, of surroundings
(exponents 2.4 to 3.5), over the highest obstacle of the ground (ITU-R P.526), with a shadow of 5 dB that is
the same both ways, 2.5 dB of fading a frame, crystals wrong by 1 ppm, receivers wrong by 1.5 dB, and 3 %% of
the time down. Pay is in the mean pay of a hotspot of an honest network, over the second half of the days.
`

const honestText = `Points lost are against the same network without the rule. Misses and ramp do not refuse: misses take who
never answers out of the draw, and the ramp pays later.

`

const takeText = `*Pay* is what an identity got a day, *honestly* what the same hardware would have got in the same places
with our software, spread over the identities; *take* is the difference. *Paid by day n* counts only what was paid out:
what the ramp keeps back of who is never mature is lost to him. Cost is the registration (US$ 40) with
hardware for an identity. The goal for what a rule can see is a take of at most 10 % of honest pay, and for
what only does damage less than 1 % of honest points. Honest pay sinks also because attackers share in the pool.

`

const withoutText = `A rule whose absence changes nothing here is there for another strategy, or for the cheaper ones that are not
listed because another check stops them first.

`

const sharesText = `The ring of *physics* among honest hotspots, ever larger. Reach is judged by a random few of the mature
hotspots around: a ring is seen until its members are a good part of all that stand there.

`

const lifeText = `Base coverage pays a hotspot over its life at most m times the value burned to register it, which is at
least 60 days of mean base pay. An identity that is never caught is paid its take until then, as far as the
schedule of base coverage lasts (five years of 100, 75, 50, 25 and 10 %). Net is in US$, after fee, hardware
and running it.

`

const unsolved = `## 6. What is not solved

- **A ring that models radio where nobody lives** (*island*), or that is a good part of all who live somewhere
  (§4), cannot be told from coverage by reports. It is bounded by the lifetime pay and by nothing else.
- **Real radios that say less than the truth about their place** (*room*, *spread*, *dodge*): others do hear
  them, and their signals follow power. Only what is stronger than free space allows is refused. Density and
  the minimal distance bound how much of a place one can claim.
- **Secrets shared within seconds** (*relay*, *board*): a witness that really stands where it says, and reports
  what a neighbour heard, is refused only where neither end is heard by others at that distance.
- **One radio with many identities** (*clones*, *spread*) is asked twice at once in two of a hundred challenges;
  a miss costs it that challenge, and eight in a row the draw. That is no proof, and not enough to stop it.
- **Keys and hotspots that are sold** lose their ramp when they move, and nothing when they stay.
- Fading, hills and habits of people are a model. The parameters of edges have room for a worse world, and
  governance can change them; figures from a real network will differ.
`
