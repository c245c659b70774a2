// Package study owns what is asked of a simulation: a run of each attack with all
// rules, the same without each rule that had a part in it, honest networks without
// any, and the pages that say what came out.
package study
