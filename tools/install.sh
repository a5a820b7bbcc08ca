#!/bin/bash
# Installs what is built under DESTDIR and PREFIX: programs, samples, and for the daemon its unit, settings, the place
# that crictl looks at, and completions of the shells. Settings that are there already stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=${PREFIX:-/usr/local}
root=${DESTDIR:-}
built=${BUILT:-build/bin}

# put MODE FILE TARGET: a file in its place, with the folders above it.
put() { install -D -m "$1" "$2" "$root$3"; }

# keep FILE TARGET: the same, unless something is there.
keep() { [ -e "$root$2" ] || put 644 "$1" "$2"; }

for program in "$@"; do put 755 "$built/$program" "$prefix/bin/$program"; done
for sample in etc/cni/net.d/*; do put 644 "$sample" "$prefix/share/apus/cni/net.d/$(basename "$sample")"; done

[ -x "$built/apusd" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
put 755 "$built/apusd" "$prefix/bin/apusd"
# The same file under another name.
ln -sfn apusd "$root$prefix/bin/apus-image"
sed "s|/usr/local/bin/|$prefix/bin/|" packaging/apusd.service >"$work/apusd.service"
put 644 "$work/apusd.service" "$prefix/lib/systemd/system/apusd.service"
"$built/apusd" config --default | sed "s|/usr/local/bin/|$prefix/bin/|" >"$work/apusd.toml"
keep "$work/apusd.toml" /etc/apus/apusd.toml
keep packaging/crictl.yaml /etc/crictl.yaml
for shell in bash zsh fish; do "$built/apusd" --generate-completion-script "$shell" >"$work/$shell"; done
put 644 "$work/bash" "$prefix/share/bash-completion/completions/apusd"
put 644 "$work/zsh" "$prefix/share/zsh/site-functions/_apusd"
put 644 "$work/fish" "$prefix/share/fish/vendor_completions.d/apusd.fish"
