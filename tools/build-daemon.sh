#!/bin/bash
# Builds what is full Swift, and named as arguments, for release and puts it into build/bin: with all packages, from
# nothing, it takes some 12 minutes of two processors, which is why `make build` and continuous integration do without.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/toolchain.sh
use_toolchain

mkdir -p build/bin
for program in "$@"; do
  swift build -c release --product "$program" </dev/null
  folder=$(swift build -c release --show-bin-path </dev/null)
  install -m 755 -s "$folder/$program" "build/bin/.$program.new"
  mv -f "build/bin/.$program.new" "build/bin/$program"
  echo "build/bin/$program: $(stat -c %s "build/bin/$program") bytes"
done
