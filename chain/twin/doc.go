// Package twin is the economy of docs/spec/economy.md written down a second time,
// as plainly as possible: maps, no store, no SDK, arithmetic of big integers, and no
// call into the modules or into poc/reward.
//
// It owns the model, Economy, whose operations are those of a chain's users, and the
// tests that do random operations, right and wrong ones, to the model and to the real
// modules, and compare after each of them every balance, escrow, lane, hotspot, cell and
// counter, or the refusal: on the fixture of the money modules, and on the application
// with all that it does at the ends of blocks. It never decides what is right: where the
// two differ, one of them is wrong, and the page says which. It knows nothing of beacons,
// of the bytes of transactions, their fees and gas; hotspots that sleep for 400 epochs are
// left out.
//
// CI runs rapid's default of 100 sequences on each, 30,000 operations. A hundred
// thousand, how often each was done or refused, and how many went by in a second:
//
//	go test ./chain/twin -v -timeout 1h -rapid.checks=340
package twin
