// Package node adds to chain/client what the command line looks at from outside:
// where a node stands, who signed, raw blocks with what executing them gave, and
// queries at one height. It checks nothing that the chain checks.
package node
