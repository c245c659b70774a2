#!/usr/bin/env bash
# Generates the Go code of every .proto under proto/, offline.
#
#   protogen.sh gen     write the generated files into the tree
#   protogen.sh check   compare them with what is committed; 1 when stale
#
# The go_package of a file decides its kind:
#   <module>/proto/...    plain protoc-gen-go and protoc-gen-go-grpc
#   <module>/chain/x/...  gogoproto (protoc-gen-gocosmos) and grpc-gateway,
#                         as the Cosmos SDK wants its modules
# Imports (cosmos, gogoproto, google/api) come from the module cache at the
# versions of go.mod, so the network is not touched. The plugins are the pinned
# ones of the Makefile, found in $PROTO_BIN (default .bin).
set -euo pipefail

mode="${1:-gen}"
root="${PROTO_ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
bin="${PROTO_BIN:-$root/.bin}"
cd "$root"

die() { echo "protogen: $*" >&2; exit 1; }

case "$mode" in gen | check) ;; *) die "unknown mode $mode; try: protogen.sh gen|check" ;; esac
command -v protoc >/dev/null || die "protoc is missing; try: apt-get install -y --no-install-recommends protobuf-compiler"
for p in protoc-gen-go protoc-gen-go-grpc protoc-gen-gocosmos protoc-gen-grpc-gateway; do
	[ -x "$bin/$p" ] || die "$bin/$p is missing; try: make tools-proto"
done

module="$(go list -m)"
moddir() { go list -m -f '{{.Dir}}' "$1"; }
gogo="$(moddir github.com/cosmos/gogoproto)"
sdk="$(moddir github.com/cosmos/cosmos-sdk)"
cosmosproto="$(moddir github.com/cosmos/cosmos-proto)"
gateway="$(moddir github.com/grpc-ecosystem/grpc-gateway)"
for d in "$gogo" "$sdk" "$cosmosproto" "$gateway"; do
	[ -n "$d" ] || die "a module with .proto imports is not in the module cache; try: go mod download"
done
includes=(-I proto -I "$sdk/proto" -I "$cosmosproto/proto" -I "$gogo" -I "$gogo/protobuf" -I "$gateway/third_party/googleapis")

# gogoproto ships the well-known types under its own Go packages: each kind of
# output is told which Go package to import for them.
known="any:anypb duration:durationpb empty:emptypb struct:structpb timestamp:timestamppb wrappers:wrapperspb field_mask:fieldmaskpb"
plain_map=""
for k in $known; do
	plain_map+=",Mgoogle/protobuf/${k%%:*}.proto=google.golang.org/protobuf/types/known/${k##*:}"
done
chain_map=",Mgoogle/protobuf/any.proto=github.com/cosmos/gogoproto/types/any"

out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
mkdir "$out/plain" "$out/chain" "$out/tree"

# One protoc run a folder: a gogoproto run accepts one Go package only.
plain=0 chain=0
while IFS= read -r dir; do
	files=("$dir"/*.proto)
	pkg="$(sed -n 's/^option go_package *= *"\([^";]*\).*/\1/p' "${files[@]}" | sort -u)"
	case "$pkg" in
	"") die "$dir: no go_package; add: option go_package = \"$module/${dir};...\";" ;;
	*$'\n'*) die "$dir: more than one go_package: ${pkg//$'\n'/ }" ;;
	"$module"/chain/x/*)
		chain=$((chain + 1))
		protoc "${includes[@]}" \
			--plugin=protoc-gen-gocosmos="$bin/protoc-gen-gocosmos" \
			--plugin=protoc-gen-grpc-gateway="$bin/protoc-gen-grpc-gateway" \
			--gocosmos_out="plugins=grpc$chain_map:$out/chain" \
			--grpc-gateway_out="logtostderr=true,allow_colon_final_segments=true:$out/chain" \
			"${files[@]}"
		;;
	"$module"/proto/*)
		plain=$((plain + 1))
		protoc "${includes[@]}" \
			--plugin=protoc-gen-go="$bin/protoc-gen-go" \
			--plugin=protoc-gen-go-grpc="$bin/protoc-gen-go-grpc" \
			--go_out="$out/plain" --go_opt="module=$module$plain_map" \
			--go-grpc_out="$out/plain" --go-grpc_opt="module=$module$plain_map" \
			"${files[@]}"
		;;
	*) die "$dir: go_package $pkg is neither under $module/proto nor $module/chain/x" ;;
	esac
done < <(find proto -name '*.proto' -printf '%h\n' 2>/dev/null | sort -u)

cp -r "$out/plain/." "$out/tree/"
if [ -d "$out/chain/$module" ]; then cp -r "$out/chain/$module/." "$out/tree/"; fi

generated_in() { # every generated file of ours below $1, sorted
	(cd "$1" && find proto chain/x \( -name '*.pb.go' -o -name '*.pb.gw.go' \) 2>/dev/null || true) | LC_ALL=C sort
}

# The header names the protoc that ran; another Debian's is no difference.
same() { [ -f "$1" ] && [ -f "$2" ] && cmp -s <(sed '/^\/\/ - protoc  /d' "$1") <(sed '/^\/\/ - protoc  /d' "$2"); }

if [ "$mode" = check ]; then
	stale=0
	while IFS= read -r f; do
		if ! same "$f" "$out/tree/$f"; then
			echo "protogen: $f is stale" >&2
			stale=$((stale + 1))
		fi
	done < <({ generated_in .; generated_in "$out/tree"; } | LC_ALL=C sort -u)
	[ "$stale" -eq 0 ] || die "$stale generated files differ from their .proto; try: make gen"
	echo "generated code is current ($plain plain and $chain chain packages)"
	exit 0
fi

comm -23 <(generated_in .) <(generated_in "$out/tree") | while IFS= read -r f; do
	echo "removing $f: its .proto is gone"
	rm -f -- "$f"
done
# A file that did not change keeps its time, and so its cached build.
generated_in "$out/tree" | while IFS= read -r f; do
	same "$f" "$out/tree/$f" && continue
	mkdir -p "$(dirname "$f")"
	cp "$out/tree/$f" "$f"
	echo "wrote $f"
done
echo "generated $plain plain and $chain chain packages"
