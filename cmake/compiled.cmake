# dim::compiled: the library with its kernels compiled once, for projects in which several sources train. It is built if
# something links it, for the instructions that DIM_NATIVE or CMAKE_CXX_FLAGS select, and passes on the flags that
# DIM_NATIVE adds. The names of everything compiled include the instructions: sources compiled for others don't link.

add_library(dim_compiled STATIC EXCLUDE_FROM_ALL src/double.cpp src/float.cpp)
add_library(dim::compiled ALIAS dim_compiled)
set_target_properties(dim_compiled PROPERTIES UNITY_BUILD OFF)  # each source is a part of its own
target_link_libraries(dim_compiled PUBLIC dim)
target_compile_options(dim_compiled PUBLIC ${native_options})
target_compile_definitions(dim_compiled INTERFACE DIM_COMPILED)
