#!/usr/bin/env bash
# Checks for the programs the tests need. What is missing is installed by apt
# when this runs as root on a machine that has apt; otherwise the line that
# installs it is printed and the exit status is 1.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin # where Debian puts servers

need=() # program:package:why
need+=("gcc:gcc:the explorer and the race detector need C")
need+=("git:git:the version comes from git describe")
need+=("protoc:protobuf-compiler:generated code is compared with its .proto")
need+=("chromium:chromium:the map is tested in a browser")
need+=("freeradius:freeradius:the Wi-Fi path is tested before a carrier's AAA")
need+=("radclient:freeradius-utils:the Wi-Fi path is tested with foreign accounting")
need+=("eapol_test:eapoltest:the Wi-Fi path is tested with foreign logins")
need+=("hostapd:hostapd:the Wi-Fi path is tested with a real access point")
need+=("wpa_supplicant:wpasupplicant:the Wi-Fi path is tested with a real phone's software")
need+=("qemu-aarch64-static:qemu-user-static:proof of coverage must come to the same on another processor")
need+=("ip:iproute2:access point and phone get network namespaces")

command -v go >/dev/null || {
	echo "prereq: go is missing; install the version named in go.mod from https://go.dev/dl" >&2
	exit 1
}

packages=()
for entry in "${need[@]}"; do
	IFS=: read -r program package why <<<"$entry"
	command -v "$program" >/dev/null && continue
	echo "prereq: $program is missing: $why" >&2
	packages+=("$package")
done
[ "${#packages[@]}" -eq 0 ] && exit 0

line="apt-get install -y --no-install-recommends ${packages[*]}"
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
	echo "prereq: run: sudo $line" >&2
	exit 1
fi
echo "prereq: $line"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q && $line
