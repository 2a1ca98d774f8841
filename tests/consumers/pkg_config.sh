#!/bin/sh
# sh pkg_config.sh COMPILER FOLDER_OF_DIM_PC THREADS [OPTION_OF_PKG_CONFIG]: builds and runs the consumer without CMake.
set -eu
export PKG_CONFIG_PATH="$2"
source=$(cd "$(dirname "$0")" && pwd)/main.cpp
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# shellcheck disable=SC2046  # flags are words
"$1" -std=c++20 "$source" $(pkg-config ${4:+"$4"} --cflags --libs dim) -o consumer
./consumer "$3"
