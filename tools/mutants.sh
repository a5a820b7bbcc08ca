#!/bin/bash
# Shows that each security test fails without its defence: builds apus with the patches of tools/mutants, which take
# one defence away each, and runs the test that a patch names. Prints `red` where it fails, as it has to, else `GREEN`.
# Patches of one build do not touch each other. Arguments name the builds to be made (default: 1 2).
set -uo pipefail
cd "$(dirname "$0")/.."
export HOME=${HOME:-/root}
source tools/toolchain.sh
use_toolchain
green=0

# field NAME FILE: a line of a patch's head.
field() { sed -n "s/^$1: //p" "$2"; }

# build NUMBER: a binary with the patches of that build, out of a copy of the sources. Always from nothing: with a
# scratch folder that the builds share, the one before was taken for this one.
build() {
  local folder=build/mutants/$1 patch
  rm -rf "$folder" && mkdir -p "$folder/bin" && cp -r Package.swift Sources Tests "$folder" || return
  for patch in tools/mutants/*.patch; do
    [ "$(field Build "$patch")" != "$1" ] || patch -sp1 --no-backup-if-mismatch -d "$folder" <"$patch" || return
  done
  APUS_PROFILE=small nice "$SWIFT" build -c release --package-path "$folder" --scratch-path "$folder/build" \
    --product apus </dev/null >"$folder/build.log" 2>&1 || { cat "$folder/build.log" && return 1; }
  cp "$folder/build/release/apus" "$folder/bin/"
}

# failed_test FOLDER TEST: runs one test with the mutant; whether it ran and failed. What a mutant lets through stays
# in namespaces and a /tmp of its own.
failed_test() {
  local log=$1/${2//\//.}.log code=0
  # shellcheck disable=SC2016 # expanded by the inner shell
  APUS_BIN=$PWD/$1/bin APUS_REQUIRE_BINARIES=1 timeout 300 \
    unshare --mount --net --ipc --uts --pid --fork --kill-child --mount-proc \
    sh -c 'mount -t tmpfs tmpfs /tmp && ip link set lo up && exec "$0" "$@"' \
    "$tests" --testing-library swift-testing --no-parallel --filter "PrivilegedTests\.$2\(" </dev/null >"$log" 2>&1 ||
    code=$?
  [ "$code" -ne 0 ] && grep -q 'recorded an issue' "$log"
}

[ "$(id -u)" -eq 0 ] || {
  echo "mutants run containers: run 'sudo make mutants'" >&2
  exit 1
}
"$SWIFT" build --build-tests </dev/null || exit
tests=$("$SWIFT" build --show-bin-path)/apusPackageTests.xctest
[ $# -gt 0 ] || set -- 1 2
for number in "$@"; do
  build "$number" || exit
  for patch in tools/mutants/*.patch; do
    [ "$(field Build "$patch")" = "$number" ] || continue
    test=$(field Test "$patch")
    verdict=red
    failed_test "build/mutants/$number" "$test" || verdict=GREEN green=$((green + 1))
    echo "$verdict $(basename "$patch" .patch): $test"
  done
done
[ "$green" -eq 0 ]
