# Finds a Swift toolchain that is new enough and exports what the builds need; sourced by the other scripts.
# Exports SWIFT, APUS_CLANG_RESOURCES and APUS_MACHINE, and puts the toolchain first in PATH.

swift_major=6
swift_minor=3

# swift_is_new_enough PROGRAM: whether PROGRAM says that it is Swift 6.3 or later.
swift_is_new_enough() {
  local version
  version=$("$1" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
  [ -n "$version" ] || return 1
  # shellcheck disable=SC2086 # two numbers, to be split
  set -- $version
  [ "$1" -gt "$swift_major" ] || { [ "$1" -eq "$swift_major" ] && [ "$2" -ge "$swift_minor" ]; }
}

# swift_candidates: where a swift may lie, best first. sudo resets PATH, hence the usual places and the homes.
swift_candidates() {
  local home
  [ -z "${SWIFT:-}" ] || echo "$SWIFT"
  command -v swift || true
  for home in "${HOME:-/nonexistent}" "$(getent passwd "${SUDO_USER:-root}" | cut -d: -f6)"; do
    ls -d "$home"/.local/share/swiftly/toolchains/*/usr/bin/swift "$home"/.local/share/swiftly/bin/swift \
      "$home"/*/usr/bin/swift 2>/dev/null | sort -r
  done
  ls -d /usr/local/bin/swift /usr/bin/swift /opt/*/usr/bin/swift /opt/*/*/usr/bin/swift /usr/local/*/usr/bin/swift \
    /usr/share/*/usr/bin/swift /usr/libexec/*/bin/swift 2>/dev/null
}

# find_swift: prints the first candidate that is new enough, or says what is missing.
find_swift() {
  local candidate
  while read -r candidate; do
    if [ -x "$candidate" ] && swift_is_new_enough "$candidate"; then
      echo "$candidate"
      return 0
    fi
  done < <(swift_candidates)
  cat >&2 <<MESSAGE
Swift $swift_major.$swift_minor or later was not found (tried \$SWIFT, PATH, /usr/local, /opt, swiftly's folders).
Get a toolchain (https://www.swift.org/install/linux/), or say where one is: make SWIFT=/path/to/usr/bin/swift
MESSAGE
  return 1
}

# use_toolchain: exports the settings, ends the script when there is no toolchain.
use_toolchain() {
  SWIFT=$(find_swift) || exit 1
  local folder
  folder=$(dirname "$(readlink -f "$SWIFT")")
  # swiftly's swift is a proxy: it says itself which toolchain it stands for.
  if [ ! -x "$folder/swift-frontend" ]; then
    folder=$("$SWIFT" -print-target-info | sed -n 's/.*"runtimeResourcePath" *: *"\(.*\)".*/\1/p')/../../bin
    folder=$(readlink -f "$folder")
  fi
  SWIFT=$folder/swift
  PATH=$folder:$PATH
  APUS_CLANG_RESOURCES=$("$folder/clang" -print-resource-dir)
  APUS_MACHINE=$(uname -m)
  export SWIFT PATH APUS_CLANG_RESOURCES APUS_MACHINE
}
