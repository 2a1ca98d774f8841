#!/bin/sh
# sh pkg_config.sh COMPILER FOLDER_OF_DIM_PC: builds and runs the consumer without CMake.
set -eu
export PKG_CONFIG_PATH="$2"
program=$(mktemp)
trap 'rm -f "$program"' EXIT
# shellcheck disable=SC2046  # flags are words
"$1" -std=c++20 "$(dirname "$0")/main.cpp" $(pkg-config --cflags --libs dim) -o "$program"
"$program"
