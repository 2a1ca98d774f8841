#!/bin/sh
# ./test.sh [--long | --asan | --tsan | --avx2 | --plain] [--no-install]
#
# Installs what is missing (Debian), builds everything and runs the tests. The exit status is that of ctest.
#   --long         runs the tests that take long, and only those; some want CIFAR-10, in the folder DIM_DATA
#   --asan         runs all tests with the address and undefined-behaviour sanitizers
#   --tsan         runs all tests with the thread sanitizer, built by clang
#   --avx2         runs the tests built for AVX2, whatever the machine has
#   --plain        runs the tests built without AVX and fused multiply-add
#   --no-install   install nothing
set -eu
cd "$(dirname "$0")"
. cmake/packages.sh

build=release
tests=release
install=yes
for argument; do
    case $argument in
        --long) tests=long ;;
        --asan | --tsan | --avx2 | --plain) build=${argument#--} tests=${argument#--} ;;
        --no-install) install=no ;;
        *) sed -n 's/^# \{0,1\}//; 2,10p' "$0" >&2; exit 2 ;;
    esac
done

if [ $tests = tsan ]; then test_packages="$test_packages $clang_packages libclang-rt-16-dev"; fi
if [ $install = yes ]; then install_packages "$program_packages $test_packages" "$fetch_packages $clang_packages"; fi
jobs=$(nproc)

cmake --preset $build
cmake --build --preset $build --parallel "$jobs"

# The second compiler sees the same sources; that takes its front end and no second build.
if [ $tests != release ]; then
    :
elif command -v clang++-16 >/dev/null; then
    cmake --preset clang
    cmake --build --preset clang --parallel "$jobs"
else
    echo "clang++-16 is not installed: the sources are checked with one compiler only."
fi

# The kernels, where a number beyond an array would go unseen, and the readers, which anybody may send a file, are always
# tested with the sanitizers, too.
if [ $tests = release ]; then
    cmake --preset asan
    cmake --build --preset asan --parallel "$jobs" --target tests_cpu tests_io
    ctest --preset asan -R '^(cpu|io)/' --parallel "$jobs"
fi

if [ $tests = long ] && [ -z "${DIM_DATA:-}" ]; then
    echo "Tests on CIFAR-10 will be skipped: DIM_DATA names no folder that holds cifar-10-batches-bin."
fi
ctest --preset $tests --parallel "$jobs"
