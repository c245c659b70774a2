// Package twin is the economy of docs/spec/economy.md written down a second time,
// as plainly as possible: maps, no store, no SDK, arithmetic of big integers, and no
// call into the modules or into poc/reward.
//
// It owns the model, Economy, whose operations are those of a chain's users, and the
// test that does random operations, right and wrong ones, to the model and to the
// real modules, and compares after each of them every balance, escrow, lane, hotspot,
// cell and counter, or the refusal. It never decides what is right: where the two
// differ, one of them is wrong, and the page says which. It knows nothing of beacons,
// of bytes and of gas; slots of hotspots that sleep for 400 epochs are left out.
//
// CI runs rapid's default of 100 sequences of 200 operations and more each. A hundred
// thousand, how often each was done or refused, and how many went by in a second:
//
//	go test ./chain/twin -run TestTwin -v -timeout 1h -rapid.checks=420
package twin
