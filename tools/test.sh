#!/bin/bash
# Runs the phases named as arguments, prints the seconds of each, and ends in one line with the sum of all tests.
set -uo pipefail
cd "$(dirname "$0")/.."
export HOME=${HOME:-/root}
mkdir -p build
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

passed=0 failed=0 skipped=0
times=()

# add PASSED FAILED SKIPPED: adds the counts of a phase to the sums.
add() {
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
  echo "-- $1 passed, $2 failed, $3 skipped"
}

# finish CODE: the last lines of every run.
finish() {
  echo "== seconds: ${times[*]} total $SECONDS"
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$1" -eq 0 ] && [ "$failed" -eq 0 ]
  exit
}

# set_up PHASE COMMAND...: a phase without which the rest makes no sense.
set_up() {
  "${@:2}" </dev/null || {
    echo "-- $1 failed" >&2
    failed=$((failed + 1))
    times+=("$1 $((SECONDS - begin))")
    finish 1
  }
}

# swift_test NAME ARGUMENTS...: runs a part of the Swift tests and leaves its counts in `counts`.
swift_test() {
  local name=$1 code=0
  shift
  swift test --skip-build --disable-xctest --xunit-output "$results/$name.xml" "$@" </dev/null || code=$?
  # A crash writes no report, or one without the failure: the exit code is the judge.
  read -r -a counts < <(python3 tools/count-tests.py "$code" "$results/$name"*.xml)
  # No numbers: a report that was cut short.
  [ ${#counts[@]} -eq 3 ] || counts=(0 1 0)
  add "${counts[@]}"
}

phase_deps() { set_up deps tools/deps.sh; }

phase_build() {
  # shellcheck disable=SC2086 # a list of names
  set_up build tools/build.sh ${PROGRAMS:-apus}
}

phase_lint() {
  if tools/format.sh lint --strict </dev/null; then add 1 0 0; else add 0 1 0; fi
}

build_tests() {
  source tools/toolchain.sh
  use_toolchain
  export APUS_BIN=$PWD/build/bin
  set_up "$phase" swift build --build-tests
}

phase_unit() {
  build_tests
  # In programs of their own: the ones start processes, which others count, and the others keep both processors busy.
  swift_test unit --skip '^(PrivilegedTests|ImagesTests|StreamingTests)\.'
  swift_test streaming --filter '^StreamingTests\.'
  swift_test images --filter '^ImagesTests\.'
}

phase_fuzz() {
  build_tests
  swift_test fuzz --filter '^RuntimeTests\.FuzzTests'
}

phase_privileged() {
  build_tests
  # One after the other: the ledger compares what is on the host before and after each test.
  swift_test privileged --no-parallel --filter '^PrivilegedTests\.'
  if [ $((counts[0] + counts[1])) -eq 0 ] && [ "${counts[2]}" -gt 0 ]; then
    echo "-- every privileged test was skipped: run as root"
    add 0 1 0
  fi
}

# The daemon in debug, driven by Python's gRPC.
phase_cri() {
  build_tests
  local code=0 line ran=0 failures=0 errors=0 left=0
  if [ "$(id -u)" -ne 0 ]; then
    echo "-- skipped: the daemon needs root"
    add 0 0 1
    return
  fi
  conformance/cri/run </dev/null 2>&1 | tee "$results/cri.txt"
  code=${PIPESTATUS[0]}
  ran=$(sed -n 's/^Ran \([0-9]*\) test.*/\1/p' "$results/cri.txt" | tail -n 1)
  line=$(grep -E '^(OK|FAILED)' "$results/cri.txt" | tail -n 1)
  failures=$(sed -n 's/.*failures=\([0-9]*\).*/\1/p' <<<"$line")
  errors=$(sed -n 's/.*errors=\([0-9]*\).*/\1/p' <<<"$line")
  left=$(sed -n 's/.*skipped=\([0-9]*\).*/\1/p' <<<"$line")
  failures=$((${failures:-0} + ${errors:-0}))
  # A run that ends with an error without naming a failed test failed itself.
  if [ "$code" -ne 0 ] && [ "$failures" -eq 0 ] || [ -z "$line" ]; then failures=$((failures + 1)); fi
  add $((${ran:-0} > failures + ${left:-0} ? ran - failures - ${left:-0} : 0)) "$failures" "${left:-0}"
}

# machine NAME ARGUMENTS...: runs the command behind the arguments of tools/uml.sh, shows what it says, keeps that in
# `$results/NAME.txt`, and leaves its code in `code`. Ends with 1 when there is no such machine; that counts as a
# failure where it is only not installed.
machine() {
  local name=$1
  shift
  tools/uml.sh "$@" >"$results/$name.txt" 2>&1
  code=$?
  cat "$results/$name.txt"
  [ "$code" -eq 125 ] || return 0
  if [ "$(uname -m)" = x86_64 ] && ! command -v linux.uml >/dev/null; then
    echo "-- no machine with version 2 cgroups: 'make deps' installs user-mode-linux" >&2
    add 0 1 0
  else
    echo "-- skipped: this host runs no such machine"
    add 0 0 1
  fi
  return 1
}

# add_conformance NAME: adds the counts in the last line of a run of conformance/run that ended with `code`.
add_conformance() {
  local line
  line=$(grep -oE '[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped' "$results/$1.txt" | tail -n 1)
  # shellcheck disable=SC2046,SC2086 # three numbers, to be split
  set -- $(echo "${line:-0 0 0}" | tr -cd '0-9 ')
  # A runner that ends with an error without naming a failed case failed itself; one that ran nothing proves nothing.
  if { [ "$code" -ne 0 ] && [ "$2" -eq 0 ]; } || [ -z "$line" ] || [ "$1" -eq 0 ]; then
    set -- "$1" $(($2 + 1)) "$3"
  fi
  add "$@"
}

# The tests that version 2 cgroups, systemd and AppArmor are for, in machines that have them.
phase_v2() {
  build_tests
  local program code=0 runtime=${RUNTIME:-$PWD/build/bin/apus}
  program=$(swift build --show-bin-path)/apusPackageTests.xctest
  # Not by `swift test`, which takes longer to come up than the machine.
  machine v2 -t 280 -k "$results" "$program" --testing-library swift-testing --no-parallel \
    --xunit-output /run/kept/v2.xml \
    --filter '^PrivilegedTests\.(MonitorMemoryTests|ResourceTests|SharedPIDNamespaceTests)/' || return 0
  read -r -a counts < <(python3 tools/count-tests.py "$code" "$results"/v2*.xml)
  [ ${#counts[@]} -eq 3 ] || counts=(0 1 0)
  if [ $((counts[0] + counts[1])) -eq 0 ]; then counts[1]=1; fi
  add "${counts[@]}"
  machine v2-cases -t 240 env RUNTIME="$runtime" conformance/run cgroup-v2 cli/update cli/events cli/exec \
    cli/pause cli/kill runtime/
  add_conformance v2-cases
  machine apparmor -t 90 -l apparmor env RUNTIME="$runtime" conformance/run apparmor
  add_conformance apparmor
  machine systemd -t 150 -s env RUNTIME="$runtime" conformance/run systemd
  add_conformance systemd
}

phase_conformance() {
  if [ ! -x conformance/run ]; then
    echo "-- conformance/run is not there"
    add 0 1 0
    return
  fi
  local runtime=${RUNTIME:-$PWD/build/bin/apus} code=0
  RUNTIME=$runtime conformance/run </dev/null 2>&1 | tee "$results/conformance.txt"
  code=${PIPESTATUS[0]}
  add_conformance conformance
}

# Every command with system calls that fail, at some of all points.
phase_faults() {
  local code=0
  if [ "$(id -u)" -ne 0 ]; then
    echo "-- skipped: containers need root"
    add 0 0 1
    return
  fi
  conformance/faults/run --quick </dev/null 2>&1 | tee "$results/faults.txt"
  code=${PIPESTATUS[0]}
  add_conformance faults
}

# `make test` needs the binaries to be there; the quick targets take what there is.
case " $* " in *" build "*) export APUS_REQUIRE_BINARIES=1 ;; esac

for phase in "$@"; do
  echo "== $phase"
  begin=$SECONDS
  "phase_$phase"
  times+=("$phase $((SECONDS - begin)),")
done
finish 0
