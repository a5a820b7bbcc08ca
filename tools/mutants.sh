#!/bin/bash
# Shows that each security test fails without its defence: builds apus with the patches of tools/mutants, which take
# one defence away each, and runs the test that a patch names. Prints `red` where it fails, as it has to, else `GREEN`.
# Patches of one build do not touch each other. Arguments name the builds to be made (default: 1 2 images); those of
# `images` lie in one build of the tests, where a variable of the environment says which defence is gone.
set -uo pipefail
cd "$(dirname "$0")/.."
export HOME=${HOME:-/root}
source tools/toolchain.sh
use_toolchain
green=0

# field NAME FILE: a line of a patch's head.
field() { sed -n "s/^$1: //p" "$2"; }

# patches NUMBER: those of a build.
patches() { grep -lx "Build: $1" tools/mutants/*.patch; }

# apply NUMBER FOLDER: the patches of a build to the copy of the sources in a folder.
apply() {
  local patch
  for patch in $(patches "$1"); do
    patch -sp1 --no-backup-if-mismatch -d "$2" <"$patch" || return
  done
}

# build NUMBER: a binary with the patches of that build, out of a copy of the sources. Always from nothing: with a
# scratch folder that the builds share, the one before was taken for this one.
build() {
  local folder=build/mutants/$1
  rm -rf "$folder" && mkdir -p "$folder/bin" && cp -r Package.swift Sources Tests "$folder" || return
  apply "$1" "$folder" || return
  APUS_PROFILE=small nice "$SWIFT" build -c release --package-path "$folder" --scratch-path "$folder/build" \
    --product apus </dev/null >"$folder/build.log" 2>&1 || { cat "$folder/build.log" && return 1; }
  cp "$folder/build/release/apus" "$folder/bin/"
}

# build_images: the tests' own build, with patched sources in the place of the others. It is the same scratch folder,
# as all packages would take many minutes; the next build finds other files again and makes good for it.
build_images() {
  local folder=build/mutants/images
  rm -rf "$folder" && mkdir -p "$folder/Sources" && cp -a Sources/Images "$folder/Sources" || return
  apply images "$folder" || return
  cat >"$folder/Sources/Images/Mutant.swift" <<'SWIFT'
internal import Foundation

func isTakenAway(_ name: String) -> Bool { ProcessInfo.processInfo.environment["APUS_MUTANT"] == name }
SWIFT
  # The process of a layer, which gets no environment else.
  sed -i 's/process.environment = \[:\]/process.environment = ProcessInfo.processInfo.environment/' \
    "$folder/Sources/Images/Layer/LayerUnpacking.swift"
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --propagation private \
    sh -c 'mount --bind "$0/Sources/Images" Sources/Images && exec "$@"' "$folder" \
    "$SWIFT" build --build-tests </dev/null >"$folder/build.log" 2>&1 || { cat "$folder/build.log" && return 1; }
}

# failed_test LOG FILTER: runs tests with a mutant; whether one ran and failed. What a mutant lets through stays in
# namespaces and a /tmp of its own, and the host's files are read-only for it.
failed_test() {
  local code=0
  # shellcheck disable=SC2016 # expanded by the inner shell
  TMPDIR=/tmp APUS_REQUIRE_BINARIES=1 timeout 300 \
    unshare --mount --net --ipc --uts --pid --fork --kill-child --mount-proc \
    sh -c 'mount -t tmpfs tmpfs /tmp && mount -o remount,bind,ro / && ip link set lo up && exec "$0" "$@"' \
    "$tests" --testing-library swift-testing --no-parallel --filter "$2" </dev/null >"$1" 2>&1 || code=$?
  [ "$code" -ne 0 ] && grep -q 'recorded an issue' "$1"
}

# judge FOLDER PREFIX PATCH: whether the test of a patch fails, as it has to.
judge() {
  local test name verdict=red
  test=$(field Test "$3")
  name=$(basename "$3" .patch)
  APUS_BIN=$PWD/$1/bin APUS_MUTANT=$name failed_test "$1/$name.log" "$2\.$test\(" ||
    verdict=GREEN green=$((green + 1))
  echo "$verdict $name: $test"
}

# control: without a mutant the same tests have to pass, or red says nothing.
control() {
  local filter code=0
  filter=$(for patch in $(patches images); do field Test "$patch"; done | sort -u | paste -sd '|')
  failed_test build/mutants/images/control.log "ImagesTests\.($filter)\(" && code=1
  grep -q 'Test run with .* passed' build/mutants/images/control.log || code=1
  [ "$code" -eq 0 ] || { echo "GREEN control: a test fails without any mutant" && green=$((green + 1)); }
}

[ "$(id -u)" -eq 0 ] || {
  echo "mutants run containers: run 'sudo make mutants'" >&2
  exit 1
}
"$SWIFT" build --build-tests </dev/null || exit
tests=$("$SWIFT" build --show-bin-path)/apusPackageTests.xctest
[ $# -gt 0 ] || set -- 1 2 images
for number in "$@"; do
  if [ "$number" = images ]; then
    build_images || exit
    control
  else
    build "$number" || exit
  fi
  for patch in $(patches "$number"); do
    judge "build/mutants/$number" "$([ "$number" = images ] && echo ImagesTests || echo PrivilegedTests)" "$patch"
  done
  # What was built with defences missing goes at once.
  [ "$number" != images ] || "$SWIFT" build --build-tests </dev/null >/dev/null 2>&1 || exit
done
[ "$green" -eq 0 ]
