// Package trial puts the economy of a running network on trial: it opens orgs of its
// own, does by real transactions what careless and dishonest ones do, and asks the
// chain what became of it. It owns how each trial goes and which facts it leaves. It
// never judges them, starts no process, and touches no org, lane or account but those
// it is given.
package trial
