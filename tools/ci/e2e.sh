#!/usr/bin/env bash
# One headless devnet run of two minutes, measured from outside, then a replay of
# its blocks on a fresh node. The first argument is where the report goes.
set -euo pipefail

report="${1:-out/report.json}"
if ! bin/hexwave devnet --help >/dev/null 2>&1; then
	echo "e2e: this build has no devnet command; nothing was run" >&2
	exit 1
fi
dir="${E2E_DIR:-$(mktemp -d)}"
[ -n "${E2E_DIR:-}" ] || trap 'rm -rf "$dir"' EXIT
bin/hexwave devnet up --headless --for "${E2E_FOR:-120s}" --seed "${E2E_SEED:-1}" --dir "$dir" --report "$report"
bin/hexwave devnet replay "$dir"
