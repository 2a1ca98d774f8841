#!/bin/sh
# tests/bits/compare.sh [--threads "1 2 3 7 16"] [--only BEGINNING] COMMIT [COMMIT2]
#
# Do two commits compute the same bits? Builds the program bits with the headers of both and compares the output:
# COMMIT with the first number of threads, COMMIT2 (by default the working tree, also called .) with each. Prints the
# cases that differ; the exit status is 1 if there are any. A commit is built with its own tests/bits if it has one,
# else with the working tree's. Cases that only COMMIT2 has are only counted.
#   --threads LIST     numbers of threads, between blanks or commas
#   --only BEGINNING   only cases whose names begin so, as in small/ or basic32x32/local
# CXX and CXXFLAGS say how to compile; by default g++ -O3 -march=native.
# shellcheck disable=SC2086  # flags and numbers are words
set -eu

usage() {
    sed -n 's/^# \{0,1\}//; 2,10p' "$0" >&2
    exit 2
}

threads="1 2 3 7 16"
only=
first=
second=
while [ $# -gt 0 ]; do
    case $1 in
        --threads) threads=$(echo "${2?}" | tr , ' ') && shift ;;
        --only) only=${2?} && shift ;;
        -*) usage ;;
        *)
            if [ -z "$first" ]; then first=$1; elif [ -z "$second" ]; then second=$1; else usage; fi ;;
    esac
    shift
done
[ -n "$first" ] || usage
second=${second:-.}

root=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
compiler=${CXX:-g++}
packages=$(pkg-config --cflags eigen3 xtensor 2>/dev/null || echo -I/usr/include/eigen3)
flags="-std=c++20 ${CXXFLAGS:--O3 -march=native} -fopenmp -pthread $packages"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# take COMMIT FOLDER: include/ and tests/bits/ of a commit, or of the working tree.
take() {
    mkdir -p "$2/tests"
    if [ "$1" = . ]; then
        cp -R "$root/include" "$2"
    else
        git -C "$root" archive "$1" include | tar -x -C "$2"
    fi
    if [ "$1" != . ] && git -C "$root" cat-file -e "$1:tests/bits" 2>/dev/null; then
        git -C "$root" archive "$1" tests/bits | tar -x -C "$2"
    else
        cp -R "$root/tests/bits" "$2/tests"
    fi
}

# build FOLDER: the program bits in it.
build() {
    cd "$1"
    printf '%s\n' tests/bits/*.cpp | xargs -P "$(nproc)" -I{} sh -c "$compiler $flags -Iinclude -c {} -o {}.o"
    $compiler $flags tests/bits/*.o -o bits
    cd "$root"
}

for commit in "$first" "$second"; do
    [ "$commit" = . ] || git -C "$root" rev-parse --quiet --verify "$commit^{commit}" >/dev/null ||
        { echo "$commit is no commit of this repository" >&2 && exit 2; }
done
echo "building $first"
take "$first" "$scratch/first"
build "$scratch/first"
echo "building $second"
take "$second" "$scratch/second"
build "$scratch/second"
diff -r -x '*.o' "$scratch/first/tests/bits" "$scratch/second/tests/bits" >/dev/null ||
    echo "mind that the two have other sources in tests/bits"

# run SIDE THREADS FILE
run() {
    begin=$(date +%s)
    "$scratch/$1/bits" --threads "$2" ${only:+--only "$only"} >"$3"
    echo "$(wc -l <"$3") cases in $(($(date +%s) - begin)) s"
}

reference=${threads%% *}
printf '%s with %s threads: ' "$first" "$reference"
run first "$reference" "$scratch/expected"
[ -s "$scratch/expected" ] || { echo "no case begins with $only" >&2 && exit 2; }

status=0
for number in $threads; do
    printf '%s with %s threads: ' "$second" "$number"
    run second "$number" "$scratch/found"
    awk '
        NR == FNR { expected[$1] = $2; next }
        !($1 in expected) { ++more; next }
        { if (expected[$1] != $2) { ++other; print "  differs: " $1 } delete expected[$1] }
        END {
            for (name in expected) { ++gone; print "  is gone: " name }
            if (more) print "  " more " new"
            exit (other || gone) ? 1 : 0
        }' "$scratch/expected" "$scratch/found" || status=1
done
[ $status = 0 ] && echo "the same bits"
exit $status
