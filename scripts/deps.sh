#!/bin/bash
# Installs the Debian 12 packages that are missing: deps.sh [build] [test] [server]
# Without arguments all groups. Nothing to do takes a fraction of a second.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ $# -gt 0 ] || set -- build test server
names=()
for group in "$@"; do
    case $group in
    build) names+=("${packages_build[@]}") ;;
    test) names+=("${packages_test[@]}") ;;
    server) names+=("${packages_server[@]}") ;;
    *)
        say "usage: deps.sh [build] [test] [server]"
        exit 2
        ;;
    esac
done
packages_install "${names[@]}"
