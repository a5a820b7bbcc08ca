#!/bin/bash
# Builds the daemon for release and puts it into build/bin, with apus-image as a link to it: with all packages, from
# nothing, it takes some 12 minutes of two processors, which is why `make build` and continuous integration do without.
# The program is dynamic to the C library alone.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/toolchain.sh
use_toolchain

# A scratch folder of its own: whoever tests meanwhile does not wait.
scratch=.build/daemon
archives=$scratch/archives

# The linker takes the first file that it finds of a library, in whichever folder: here are archives alone.
mkdir -p "$archives"
for library in sqlite3 z zstd stdc++; do
  archive=$(gcc -print-file-name="lib$library.a")
  [ -f "$archive" ] || {
    echo "lib$library.a is missing: run 'sudo make deps'" >&2
    exit 1
  }
  ln -sf "$archive" "$archives/"
done

# Swift exports every symbol of a static program, for nobody: 8 MB of names.
echo '{ local: *; };' >"$scratch/symbols.map"

swift build -c release --scratch-path "$scratch" -Xlinker "-L$PWD/$archives" \
  -Xlinker "--version-script=$PWD/$scratch/symbols.map" --product apusd </dev/null
folder=$(swift build -c release --scratch-path "$scratch" --show-bin-path </dev/null)

needed=$(readelf -d "$folder/apusd" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
for library in $needed; do
  case "$library" in libc.so.* | libm.so.* | ld-linux*) ;; *)
    echo "apusd needs $library: the programs are to need the C library alone" >&2
    exit 1
    ;;
  esac
done

mkdir -p build/bin
# By rename: a copy that is running keeps its own file.
install -m 755 -s "$folder/apusd" build/bin/.apusd.new
mv -f build/bin/.apusd.new build/bin/apusd
ln -sfn apusd build/bin/apus-image
echo "build/bin/apusd, apus-image: $(stat -c %s build/bin/apusd) bytes"
