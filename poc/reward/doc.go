// Package reward owns the integer arithmetic of pay: what an epoch emits, how
// it is split, what a coverage point is worth, and how the HXW burned for data
// credits goes back to those who carried the data.
//
// Every function is pure, works in spark (10^-8 HXW), data credits and points
// (10^-8 units), rounds down unless it says otherwise, and never panics: what
// is lost in rounding is never minted. The package moves no money, reads no
// state and knows no hotspot.
//
// Sources: architecture page "Money in numbers"; docs/spec/poc.md lists the
// vectors.
package reward
