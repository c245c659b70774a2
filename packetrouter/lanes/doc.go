// Package lanes turns metered deliveries into vouchers, and vouchers into
// settlements.
//
// A lane is one signer key of one org (architecture §4): a router's counts DC,
// a payer agent's micro-DC. The package owns its write-ahead log, its running
// totals, and the signing of vouchers and of batch headers. What else a booker
// must know after a restart lies in the same log, as the memo of each entry, so
// that neither is ever there without the other. The rules, each of which has a
// test:
//
//   - A booking counts once its entry is on stable storage, and is
//     acknowledged only then: a crash before loses no promise, a crash after
//     loses no entry, because the log alone rebuilds the totals.
//   - Vouchers are signed only for totals that are on stable storage, with
//     sequence numbers that were set aside there before, so no restart can make
//     two different vouchers of one sequence number or let a total go back.
//   - A voucher that a hotspot presents and that bears the lane's own signature
//     counts as much as the log: totals resume at the larger of the two.
//   - Settlement is idempotent on chain (a higher voucher pays the difference),
//     so what was sent and not confirmed is sent again.
//
// It never decides whether a packet is delivered, and speaks to the chain only
// through the interface it declares.
package lanes
