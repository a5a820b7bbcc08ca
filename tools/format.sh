#!/bin/bash
# Runs `swift format` over the package; the arguments say whether to rewrite or only to check.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/toolchain.sh
use_toolchain
swift format "$@" --parallel --recursive Sources Tests Package.swift </dev/null
