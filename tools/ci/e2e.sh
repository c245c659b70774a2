#!/usr/bin/env bash
# One headless devnet run, measured from outside, then a replay of its blocks on
# a fresh node. The run also executes the commands that its ready block offers
# (try_commands_ok). The first argument is where the report goes; E2E_FOR (120s) and
# E2E_SEED (1) choose another run.
set -euo pipefail

report="${1:-out/report.json}"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
bin/hexwave devnet up --headless --for "${E2E_FOR:-120s}" --seed "${E2E_SEED:-1}" --dir "$dir" --report "$report"
bin/hexwave devnet replay "$dir"
