#!/usr/bin/env bash
# Rehearses the upgrade to the newest plan that this source knows: three validators of
# an earlier version run, vote for the plan, stop at its height, and go on with
# bin/hexwaved. What an account held before is there afterwards, and the state adds up.
#
# The earlier version is UPGRADE_FROM (a tag or commit); else the newest tag in the
# history whose source does not know the plan; else the commit before the one that
# brought it. A clone without that history cannot rehearse: it says so, and fails when
# UPGRADE_REQUIRED=1, which is for runs that fetched tags.
set -euo pipefail
cd "$(dirname "$0")/../.."

new="$PWD/bin/hexwaved"
chain=hexwave-dev-1
plans=chain/app/upgrades.go
plan="$("$new" upgrades | tail -n 1)"

earlier() {
	local rev
	[ -z "${UPGRADE_FROM:-}" ] || { echo "$UPGRADE_FROM"; return; }
	for rev in $(git tag --merged HEAD --sort=-version:refname 'v*' 2>/dev/null) HEAD; do
		git show "$rev:$plans" 2>/dev/null | grep -qF "\"$plan\"" || { echo "$rev"; return; }
	done
	rev="$(git log --format=%H -S"\"$plan\"" -- "$plans" 2>/dev/null | tail -n 1)"
	[ -z "$rev" ] || git rev-parse --verify --quiet "$rev^" || true
}

from="$(earlier)"
if [ -z "$from" ] || ! git cat-file -e "$from^{commit}" 2>/dev/null; then
	echo "upgrade: cannot rehearse $plan: no tag and no commit without it is in this clone; git fetch --tags --unshallow brings them" >&2
	exit "${UPGRADE_REQUIRED:-0}"
fi

from="$(git describe --tags --always "$from")"

dir="$(mktemp -d)"
nodes=()
finish() { # ends the nodes that this script started
	local pid
	for pid in "${nodes[@]}"; do kill "$pid" 2>/dev/null || true; done
	for pid in "${nodes[@]}"; do
		for ((n = 0; n < 60; n++)); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.5
		done
		kill -9 "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	nodes=()
}
trap 'finish; rm -rf "$dir"' EXIT
fail() {
	echo "upgrade: $*" >&2
	tail -n 5 "$dir"/*.log >&2 || true
	exit 1
}

old="$dir/hexwaved"
mkdir "$dir/source"
git archive "$from" | tar -x -C "$dir/source"
(cd "$dir/source" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$old" ./cmd/hexwaved)

base=$((20000 + RANDOM % 10000))
echo '{"gov": {"params": {"voting_period": "30s", "expedited_voting_period": "5s"}}}' >"$dir/patch.json"
"$old" testnet init --validators 3 --output "$dir/net" --chain-id "$chain" --base-port "$base" \
	--block-time 500ms --genesis-patch "$dir/patch.json" --metrics=false >"$dir/net.json"

start() { # all nodes with binary $1
	for i in 0 1 2; do
		GOMAXPROCS=2 "$1" start --home "$dir/net/node$i" >>"$dir/node$i.log" 2>&1 &
		nodes+=($!)
	done
}
rpc() { # what node $1 answers to path $2
	exec 3<>"/dev/tcp/127.0.0.1/$((base + 10 * $1 + 1))" || return 0
	printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3
	cat <&3
	exec 3>&-
}
field() { sed -n 's/.*"'"$1"'": *"\([^"]*\)".*/\1/p' | head -n 1; }
height() { rpc "$1" /status 2>/dev/null | field latest_block_height; }
reach() { # waits until each node has block $1
	for i in 0 1 2; do
		for ((n = 0; $(height $i || true) + 0 < $1; n++)); do
			[ "$n" -lt 360 ] || fail "node$i does not reach block $1"
			sleep 0.5
		done
	done
}
send() { # has the operator of node $1 send the rest
	local home="$dir/net/node$1" sent hash
	shift
	sent="$("$old" tx "$@" --from operator --home "$home" --chain-id "$chain" --gas 500000 --yes --output json)" || fail "tx $*"
	hash="$(field txhash <<<"$sent")"
	for ((n = 0; n < 60; n++)); do
		sleep 0.5
		rpc 0 "/tx?hash=0x$hash" 2>/dev/null | grep -q '"tx_result"' || continue
		rpc 0 "/tx?hash=0x$hash" | grep -q '"code": *0,' || fail "tx $*: $(rpc 0 "/tx?hash=0x$hash")"
		return
	done
	fail "tx $* is in no block: $sent"
}
credits() { "$1" query credits balance "$owner" --home "$dir/net/node0" --output json; }

start "$old"
reach 2
owner="$(field operator <"$dir/net.json")"
send 0 credits mint --burn 500000000
before="$(credits "$old")"
at=$(($(height 0) + 90))
send 0 upgrade software-upgrade "$plan" --upgrade-height "$at" --no-validate \
	--title "Upgrade to $plan" --summary "A rehearsal." --deposit 100000000000spark
for i in 0 1 2; do send $i gov vote 1 yes; done

for i in 0 1 2; do # the old version stops before the block of the plan
	for ((n = 0; n < 360; n++)); do
		[ ! -s "$dir/net/node$i/data/upgrade-info.json" ] || break
		sleep 0.5
	done
	[ "$n" -lt 360 ] || fail "node$i does not stop for the plan at block $at; it is at $(height $i)"
done
finish
grep -qF "NEEDED at height: $at" "$dir/node0.log" || fail "the earlier version stopped for another reason"

start "$new"
reach $((at + 5))
hash="$(rpc 0 "/block?height=$((at + 4))" | field app_hash)"
for i in 1 2; do
	[ "$(rpc $i "/block?height=$((at + 4))" | field app_hash)" = "$hash" ] || fail "node$i has another app hash than node0"
done
after="$(credits "$new")"
[ -n "$before" ] && [ "$before" = "$after" ] || fail "$owner had $before, has $after"
finish
"$new" invariants --home "$dir/net/node0"
echo "upgrade: $from to $plan at block $at, app hash $hash after $((at + 3)) on all validators"
