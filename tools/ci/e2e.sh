#!/usr/bin/env bash
# One headless devnet run, measured from outside, then a replay of its blocks on
# a fresh node. The run also executes the commands that its ready block offers
# (try_commands_ok). Then a run in which router, Wi-Fi hotspot and payer agent are
# killed one after the other: nothing that was acknowledged is lost, nothing counts
# twice. The first argument is where the report goes, that of the second run beside
# it; E2E_FOR (120s) and E2E_SEED (1) choose another run.
set -euo pipefail

report="${1:-out/report.json}"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
bin/hexwave devnet up --headless --for "${E2E_FOR:-120s}" --seed "${E2E_SEED:-1}" --dir "$dir" --report "$report"
bin/hexwave devnet replay "$dir"

rm -rf "$dir"
bin/hexwave devnet up --headless --for 90s --seed 2 --kill router@30s,wifi@45s,payeragent@60s --dir "$dir" --report "${report%.json}-kills.json"
