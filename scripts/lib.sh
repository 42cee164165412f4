# Shared by the scripts of this folder; sourced by bash, not run.
#
# Sets root to the top of the tree. Every function prints errors to standard error and returns
# non-zero; the caller decides whether that ends the run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# What the program needs to be built, and what the tests, the servers, fuzzing and the bench need
# on top. The server's Python finds its interpreter again as a shared library.
packages_build=(cmake ninja-build gcc g++ pkg-config libgrpc-dev libprotobuf-dev
    protobuf-compiler libflatbuffers-dev flatbuffers-compiler libncurses-dev libuv1-dev
    libssl-dev libutf8proc-dev libinih-dev)
packages_fuzz=(clang-14 libclang-rt-14-dev)
packages_test=(libcmocka-dev libvterm-dev libjansson-dev clang-format-14 clang-tidy-14
    cppcheck groff-base python3 nginx haproxy tmux screen valgrind
    "${packages_fuzz[@]}")
packages_server=(python3 python3-venv libpython3.11)
packages_java=(openjdk-17-jre-headless)
packages_bench=(libvterm-dev less)

say() {
    printf '%s\n' "$*" >&2
}

# packages_missing NAME... - prints those of the packages that are not installed.
packages_missing() {
    local name status
    declare -A have=()
    while read -r status name; do
        [ "$status" = installed ] && have[$name]=1
    done < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null)
    for name in "$@"; do
        [ -n "${have[$name]:-}" ] || printf '%s\n' "$name"
    done
}

# packages_install NAME... - installs what is missing; does nothing, fast, when nothing is.
packages_install() {
    local missing as_root=()
    if ! command -v dpkg-query >/dev/null; then
        return 0 # not Debian: the build will name what it cannot find
    fi
    mapfile -t missing < <(packages_missing "$@")
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "missing packages: ${missing[*]}"
            say "install them as root with: apt-get install ${missing[*]}"
            return 1
        fi
        as_root=(sudo)
    fi
    say "installing: ${missing[*]}"
    mkdir -p "$root/build"
    quietly apt "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update &&
        quietly apt "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y --no-install-recommends "${missing[@]}"
}

# quietly NAME COMMAND... - runs the command into build/NAME.log and shows the end of that log
# only when the command fails.
quietly() {
    local log=$root/build/$1.log status=0
    shift
    mkdir -p "$root/build"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        say "failed ($status): $*"
        tail -n 60 "$log" >&2
        say "whole log: $log"
    fi
    return "$status"
}

# build_inputs - prints a sum over all that says what a configure looks for and what is installed
# for it.
build_inputs() {
    {
        cat CMakePresets.json scripts/lib.sh
        find . -path ./build -prune -o \( -name CMakeLists.txt -o -name '*.cmake' \) -print0 |
            sort -z | xargs -0 cat
    } | cksum
}

# build_preset PRESET [TARGET] - configures when needed, then builds all or the target. What an
# older configure found is forgotten when something else may be found now.
build_preset() {
    local inputs from=build/$1/configured-from
    cd "$root" || return 1
    inputs=$(build_inputs)
    if [ ! -f "build/$1/build.ninja" ] || [ "$(cat "$from" 2>/dev/null)" != "$inputs" ]; then
        quietly "configure-$1" cmake --fresh --preset "$1" || return 1
        printf '%s\n' "$inputs" >"$from"
    fi
    quietly "build-$1" cmake --build --preset "$1" -j "$(nproc)" ${2:+--target "$2"}
}

# test_places - prints how many places ctest gets, see tests/CMakeLists.txt. More tests than four
# processors can take would want more of the servers, which are two whatever the machine is.
test_places() {
    local processors
    processors=$(nproc)
    printf '%s\n' "$((2 * (processors < 4 ? processors : 4) + 1))"
}

# java_home - prints the home of a Java of version 17 or newer, 17 first.
java_home() {
    local home
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/*-17-* /usr/lib/jvm/*; do
        [ -n "$home" ] && [ -x "$home/bin/java" ] || continue
        [ "$(java_version "$home")" -ge 17 ] && printf '%s\n' "$home" && return 0
    done
    return 1
}

# java_version HOME - prints the major version, 0 when it cannot be told.
java_version() {
    local version
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
    printf '%s\n' "${version:-0}"
}

# server_packages - installs what a server needs, Java only where none will do.
server_packages() {
    packages_install "${packages_server[@]}" || return 1
    java_home >/dev/null || packages_install "${packages_java[@]}"
}

# server_install - makes build/venv hold exactly the pinned server. Safe to run twice at once.
server_install() {
    local venv=$root/build/venv pins=$root/scripts/requirements.txt
    mkdir -p "$root/build"
    (
        flock 9
        cmp -s "$pins" "$venv/pins" && exit 0
        say "installing the server into build/venv (about 400 MB, once)"
        rm -rf "$venv"
        quietly venv python3 -m venv "$venv" &&
            quietly pip "$venv/bin/python" -m pip install --disable-pip-version-check \
                --no-input -r "$pins" &&
            cp "$pins" "$venv/pins"
    ) 9>"$root/build/venv.lock"
}

# server_check [COUNT] - says what this machine lacks to run that many servers, if anything.
server_check() {
    local kib mb=$((${1:-1} * 2000))
    if ! java_home >/dev/null; then
        say "no Java 17 or newer: install openjdk-17-jre-headless or set JAVA_HOME"
        return 1
    fi
    kib=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
    if [ "$((${kib:-0} / 1000))" -lt "$mb" ]; then
        say "too little memory: ${1:-1} server(s) need $mb MB, $((kib / 1000)) MB are available"
        return 1
    fi
}
