# The Debian packages that the project needs, and how they are installed. Read by run.sh and test.sh.
# shellcheck shell=sh disable=SC2034,SC2086  # the lists are for the scripts that read this, and are words

program_packages="g++ cmake make libeigen3-dev libxtensor-dev zlib1g-dev libpng-dev libjpeg62-turbo-dev libcli11-dev dataset-fashion-mnist"
fetch_packages="libcurl4-openssl-dev libarchive-dev libssl-dev ca-certificates" # only dim fetch needs them
test_packages="libboost-test-dev libbenchmark-dev pkg-config"
clang_packages="clang-16 libomp-16-dev" # the second compiler, if the distribution has it

fail() {
    echo "$0: $*" >&2
    exit 1
}

# Prints the packages among the arguments that are not installed.
missing() {
    for package; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=none
        [ "$status" = installed ] || printf '%s ' "$package"
    done
}

# Prints the packages among the arguments that the distribution has.
available() {
    for package; do
        if apt-cache show "$package" >/dev/null 2>&1; then printf '%s ' "$package"; fi
    done
}

# apt-get, as root and without questions.
apt_get() {
    $root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -q "$@" </dev/null
}

# install_packages "NEEDED ..." "WELCOME ...": installs what is missing; from the second list, what is available.
install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        fail "this is not Debian: install what these Debian packages hold, then add --no-install: $1"
    fi

    needed=$(missing $1)
    welcome=$(missing $2)
    [ -n "$needed$welcome" ] || return 0

    root=
    if [ "$(id -u)" -ne 0 ]; then
        root=sudo
        if ! command -v sudo >/dev/null; then
            [ -z "$needed" ] && return 0
            fail "run as root, or have root run: apt-get install --no-install-recommends $needed"
        fi
    fi

    if [ -n "$needed" ] || [ -z "$(available g++)" ]; then
        apt_get update || echo "apt-get update failed: going on with the lists at hand."
    fi
    if [ -n "$needed" ]; then
        echo "Installing: $needed"
        apt_get install -y --no-install-recommends $needed || fail "could not install: $needed"
    fi
    welcome=$(available $welcome)
    if [ -n "$welcome" ]; then
        echo "Installing: $welcome"
        apt_get install -y --no-install-recommends $welcome || echo "Going on without $welcome"
    fi
}
