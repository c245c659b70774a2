#!/usr/bin/env bash
# Runs every fuzz target of the tree for a time (default 5s), one after the other.
# Fuzzing instruments all that a package imports, and the Cosmos SDK takes longer
# to instrument than everything else together takes to test. Targets of packages
# that link it therefore run their corpus here (as part of go test) and are
# fuzzed with FUZZ_SDK=1, as before a release.
set -euo pipefail

time="${1:-5s}"
passed=0 failed=0 left=0

links_sdk() { # does the package in folder $1 link the Cosmos SDK?
	[ "$(go list -test -deps "$1" | grep -c '^github.com/cosmos/cosmos-sdk')" -gt 0 ]
}

only_late() { # did the run of output $1 end because a slow input met the time limit?
	# The go command reports that as a failure of its own, without an input; a
	# finding always names the input it wrote.
	grep -q 'context deadline exceeded' <<<"$1" && ! grep -q 'Failing input written' <<<"$1"
}

while IFS=: read -r file target; do
	dir="./$(dirname "$file")"
	if [ "${FUZZ_SDK:-0}" != 1 ] && links_sdk "$dir"; then
		echo "left $dir $target: links the SDK; FUZZ_SDK=1 fuzzes it"
		left=$((left + 1))
		continue
	fi
	if out="$(go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$dir" 2>&1)" || only_late "$out"; then
		echo "ok   $dir $target"
		passed=$((passed + 1))
	else
		echo "FAIL $dir $target"
		echo "$out"
		failed=$((failed + 1))
	fi
done < <(git ls-files --cached --others --exclude-standard '*_test.go' |
	xargs -r grep -HoE '^func Fuzz[A-Za-z0-9_]*' | sed 's/:func /:/' | LC_ALL=C sort)
echo "$passed passed, $failed failed, $left left"
[ "$failed" -eq 0 ]
