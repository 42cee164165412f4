#!/bin/bash
# Installs the Debian 12 packages that are missing: deps.sh [build] [test] [server] [bench]
# Without arguments all groups. Nothing to do takes a fraction of a second.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ $# -gt 0 ] || set -- build test server bench
names=()
for group in "$@"; do
    case $group in
    build) names+=("${packages_build[@]}") ;;
    test) names+=("${packages_test[@]}") ;;
    bench) names+=("${packages_bench[@]}") ;;
    server) names+=("${packages_server[@]}" "${packages_java[@]}") ;;
    *)
        say "usage: deps.sh [build] [test] [server] [bench]"
        exit 2
        ;;
    esac
done
packages_install "${names[@]}"
