// Package pricesource learns the price of HXW for one node: from files and HTTPS
// endpoints, polled in Run and kept in memory, so that consensus never waits for a
// network. It has clocks and sockets, which is why it is no part of chain/x; it
// never decides a price of the chain, it only says what this node votes for.
package pricesource
