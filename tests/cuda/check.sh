#!/bin/sh
# tests/cuda/check.sh NVCC INCLUDE FOLDER FLAGS...
#
# Compiles the CUDA backend for two generations of GPUs with all warnings as errors, links it in FOLDER with a host
# part compiled with FLAGS, and runs it, which compares the two if there is a GPU.
set -eu
nvcc=$1
include=$2
folder=$3
shift 3
tests=$(dirname "$0")
mkdir -p "$folder"
"$nvcc" -std=c++20 --expt-relaxed-constexpr -Werror all-warnings -Xcompiler -Wall,-Wextra \
    -gencode arch=compute_80,code=sm_80 -gencode arch=compute_90,code=sm_90 \
    -I "$include" -c "$tests/slice.cu" -o "$folder/slice.o"
"${CXX:-c++}" -std=c++20 -O1 "$@" -I "$include" -c "$tests/host.cpp" -o "$folder/host.o"
libraries=$(dirname "$nvcc")/../lib64
"${CXX:-c++}" "$@" "$folder/slice.o" "$folder/host.o" -L"$libraries" -Wl,-rpath,"$libraries" -lcublas -lcudart \
    -o "$folder/slice"
"$folder/slice"
