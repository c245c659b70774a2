#!/usr/bin/env bash
# Runs every fuzz target of the tree for a time (default 5s), one after the other.
set -euo pipefail

time="${1:-5s}"
passed=0 failed=0
while IFS=: read -r file target; do
	dir="./$(dirname "$file")"
	if out="$(go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$dir" 2>&1)"; then
		echo "ok   $dir $target"
		passed=$((passed + 1))
	else
		echo "FAIL $dir $target"
		echo "$out"
		failed=$((failed + 1))
	fi
done < <(git ls-files --cached --others --exclude-standard '*_test.go' |
	xargs -r grep -HoE '^func Fuzz[A-Za-z0-9_]*' | sed 's/:func /:/' | LC_ALL=C sort)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
