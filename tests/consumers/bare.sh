#!/bin/sh
# sh bare.sh COMPILER OPENMP_FLAG SOURCE [ARGUMENT]: builds and runs a program with the command line that README gives
# for a bare compiler, but with this compiler and program; all but the quickstart are optimised less, to save time.
# shellcheck disable=SC2086  # flags are words
set -eu
project=$(cd "$(dirname "$0")/../.." && pwd)
flags=$(sed -n 's/.*`g++ \(-std=c++20 [^`]*\) main.cpp`.*/\1/p' "$project/README.md" |
    sed "s|-I dim/include|-I $project/include|; s|-fopenmp|$2|")
case $3 in */quickstart.cpp) ;; *) flags=$(echo "$flags" | sed 's|-O3|-O1|') ;; esac
[ -n "$flags" ] || { echo "README.md has no such command" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$1" $flags "$3" -o program
./program ${4:-}
