# cmake -D COMPILER=g++ -D NM=nm -D INCLUDE=folder -D FOLDER=folder -P symbols.cmake
#
# Passes if symbols.cpp, compiled with different flags, has no function of the library under the same name twice: the
# linker would keep one of them for all units, whatever machine they are for. It also shows that the compiler accepts
# the instructions of machines that may not be available.

cmake_minimum_required(VERSION 3.22)

set(flags_of_plain -march=x86-64)
set(flags_of_sse4 -msse4.1)
set(flags_of_sse4_popcnt -march=x86-64-v2)
set(flags_of_avx -mavx)
set(flags_of_avx_fma -mavx -mfma)
set(flags_of_avx2 -mavx2)
set(flags_of_avx2_fma -mavx2 -mfma)
set(flags_of_avx2_fma_bmi2 -march=x86-64-v3)
set(flags_of_avx2_fma_vnni -march=alderlake)
set(flags_of_avx512 -mavx512f)
set(flags_of_avx512_vl -march=x86-64-v4)
set(flags_of_avx512_vnni -march=cascadelake)
set(flags_of_avx512_vbmi2 -march=icelake-server)
set(flags_of_avx512_bf16_vnni -march=cooperlake)
set(flags_of_avx512_bf16_vbmi2 -march=icelake-server -mavx512bf16)
set(flags_of_avx512_bf16_fp16 -march=sapphirerapids)
set(flags_of_openmp -march=x86-64-v3 -fopenmp)

set(all)
foreach(unit plain sse4 sse4_popcnt avx avx_fma avx2 avx2_fma avx2_fma_bmi2 avx2_fma_vnni avx512 avx512_vl avx512_vnni
             avx512_vbmi2 avx512_bf16_vnni avx512_bf16_vbmi2 avx512_bf16_fp16 openmp)
  set(object ${FOLDER}/symbols_${unit}.o)
  execute_process(COMMAND ${COMPILER} -std=c++20 -O2 -I${INCLUDE} ${flags_of_${unit}} -c
                          ${CMAKE_CURRENT_LIST_DIR}/symbols.cpp -o ${object}
                  COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${NM} --defined-only ${object} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL " [uvwVW] [^\n]*3dim[^\n]*" weak "${symbols}")
  if(NOT weak)
    message(FATAL_ERROR "The unit ${unit} has no function that could be shared, and tests nothing.")
  endif()
  foreach(symbol IN LISTS weak)
    if(symbol IN_LIST all)
      message(FATAL_ERROR "The unit ${unit} shares${symbol} with one that was compiled with other flags.")
    endif()
  endforeach()
  list(APPEND all ${weak})
endforeach()
