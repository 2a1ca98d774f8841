# How this project's own tests, examples and benchmarks are built. None of it affects dim::dim.

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  message(STATUS "dim: no build type was given, so it is Release")
  set_property(CACHE CMAKE_BUILD_TYPE PROPERTY VALUE Release)
endif()

set(CMAKE_CXX_EXTENSIONS OFF)  # -std=c++20

# dim_warnings: the warnings for every source of this project. Headers of imported libraries count as system headers and
# are exempt; the headers of dim are not.
add_library(dim_warnings INTERFACE)
target_compile_options(dim_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
# Compilers that the project is not tested with give other warnings, which must not stop anybody.
if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
   OR (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 17))
  target_compile_options(dim_warnings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # The first cries wolf over "text" + std::string, the second over Eigen's use of AVX-512 (GCC's bug 105593).
  target_compile_options(dim_warnings INTERFACE -Wno-restrict -Wno-uninitialized)
endif()

# dim_own: what this project's programs link: the library, the warnings and the instruction set.
add_library(dim_own INTERFACE)
target_link_libraries(dim_own INTERFACE dim::dim dim_warnings)

target_compile_options(dim_own INTERFACE ${native_options})
if(native_options)
  message(STATUS "dim: programs are built for this machine; DIM_NATIVE=OFF makes them portable and slow")
else()
  message(STATUS "dim: programs are built without -march=native: several times slower, unless CMAKE_CXX_FLAGS names "
                 "AVX2 or AVX-512")
endif()

# With DIM_SYNTAX_ONLY every source passes through the compiler's front end as in a build, with its flags and
# dependencies, but objects and programs are empty files.
if(DIM_SYNTAX_ONLY)
  set(CMAKE_CXX_COMPILE_OBJECT
      "<CMAKE_CXX_COMPILER> <DEFINES> <INCLUDES> <FLAGS> -fsyntax-only <SOURCE>"
      "${CMAKE_COMMAND} -E touch <OBJECT>")
  set(CMAKE_CXX_LINK_EXECUTABLE "${CMAKE_COMMAND} -E touch <TARGET>")
endif()
