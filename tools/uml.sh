#!/bin/bash
# Runs a command as root of a User-Mode Linux, whose cgroups are version 2 and nothing else (Debian: user-mode-linux).
# The files are those of the host, this checkout among them; what is written goes to memory and is lost at the end.
#
#   tools/uml.sh [-t SECONDS] [-m MEMORY] [-k FOLDER] [-s] [-l MODULE] COMMAND [ARGUMENT...]
#
# -t: the limit of the whole run, 60 unless told; -m: the memory of the machine, 1G unless told; -k: a folder of this
# host that the command can write to, as /run/kept; -s: systemd is the first process, with its bus, and the command a
# unit of it; -l: the security module of the kernel, such as apparmor. Variables that begin with APUS_ are handed on.
# What the command writes is shown at its end. Ends with its code; 124: out of time, 125: there is no machine, or it
# did not come up.
set -uo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd -P)

limit=60 memory=1G kept= init=script module=
while getopts t:m:k:sl: option; do
  case $option in
    t) limit=$OPTARG ;;
    m) memory=$OPTARG ;;
    k) kept=$(realpath "$OPTARG") ;;
    s) init=systemd ;;
    l) module=$OPTARG ;;
    *) exit 125 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || {
  echo "usage: tools/uml.sh [-t SECONDS] [-m MEMORY] [-k FOLDER] [-s] [-l MODULE] COMMAND..." >&2
  exit 125
}

machine=$(command -v linux.uml) || {
  echo "no linux.uml: install user-mode-linux (Debian has it for x86 only)" >&2
  exit 125
}

# On a disk: the memory of the machine is a file, too, and must be one that can be mapped as program.
mkdir -p "$repository/build"
scratch=$(mktemp -d "$repository/build/uml.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cp "$repository/tools/uml-init.sh" "$scratch/init"
{
  printf 'export %s\n' "HOME=/root" "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" "TERM=dumb"
  for name in ${!APUS_@}; do printf 'export %s=%q\n' "$name" "${!name}"; done
  printf 'repository=%q kept=%q folder=%q init=%q\n' "$repository" "$kept" "$PWD" "$init"
} >"$scratch/settings"
printf '%q ' "$@" >"$scratch/command"

# The root is mounted for reading; the scratch folder alone can be written to, through a mount of its own. In a session
# of its own, as a machine that breaks ends its whole group. On a host with much to do that happens now and then: its
# signal stack is too small for what piles up meanwhile. What it ran is lost then, and it starts from the beginning.
deadline=$((SECONDS + limit))
for attempt in 1 2 3; do
  rm -f "$scratch/output" "$scratch/code"
  TMPDIR=$scratch setsid -w timeout -k 5 $((deadline > SECONDS ? deadline - SECONDS : 1)) \
    "$machine" "mem=$memory" root=/dev/root rootfstype=hostfs rootflags=/ ro \
    "init=$scratch/init" "uml_dir=$scratch" "APUS_SCRATCH=$scratch" con=null con0=null,fd:1 \
    ${module:+"security=$module"} </dev/null 2>&1 | cat >"$scratch/console"
  ended=${PIPESTATUS[0]}
  [ ! -s "$scratch/code" ] || break
  if [ "$ended" -eq 124 ] || [ "$ended" -eq 137 ]; then break; fi
  # One that never came so far as to run the command does not at the next attempt either.
  [ -f "$scratch/output" ] && [ "$attempt" -lt 3 ] || break
  echo "user-mode linux broke, once more:" >&2
  tail -n 5 "$scratch/console" >&2
done

[ ! -f "$scratch/output" ] || cat "$scratch/output"
[ ! -s "$scratch/code" ] || exit "$(cat "$scratch/code")"
if [ "$ended" -eq 124 ] || [ "$ended" -eq 137 ]; then
  echo "user-mode linux: not done within $limit s" >&2
  exit 124
fi
echo "user-mode linux did not come up, or broke:" >&2
tail -n 20 "$scratch/console" >&2
exit 125
