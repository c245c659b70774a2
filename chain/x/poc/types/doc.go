// Package types holds the messages, queries, events and state values of the
// poc module, generated from proto/hexwave/poc/v1, with its keys, errors and
// codec registration. It holds no logic of the module.
package types
