#!/bin/bash
# Builds the programs named as arguments and puts them into build/bin: Embedded Swift, musl, static; apus-systemd is C
# with libsystemd, which there is as a dynamic library alone.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/toolchain.sh
use_toolchain

export APUS_PROFILE=small
swift build -c release --scratch-path .build/small </dev/null
folder=$(swift build -c release --scratch-path .build/small --show-bin-path </dev/null)

mkdir -p build/bin
for program in "$@"; do
  if [ "$program" = apus-systemd ]; then
    cc -std=gnu11 -O2 -Wall -Wextra -Werror -s -o "$folder/$program" Sources/apus-systemd/main.c -lsystemd
  fi
  # By rename: a copy that is running keeps its own file.
  install -m 755 "$folder/$program" "build/bin/.$program.new"
  # Who compiled what, nothing of which is ever read.
  strip --remove-section=.comment --remove-section=.swift_modhash "build/bin/.$program.new"
  mv -f "build/bin/.$program.new" "build/bin/$program"
  echo "build/bin/$program: $(stat -c %s "build/bin/$program") bytes"
done
