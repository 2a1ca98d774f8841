# cmake -D SOURCE=file.cpp -D COMPILER=g++ -D INCLUDES=folder;folder -P check.cmake
#
# Passes if the compiler refuses SOURCE with -DBAD, in the words that the file itself gives in comments at its top:
#   // expect: <text that the errors must contain>     (one line or several)
#   // errors: <how many errors there may be at most>  (1 unless said)
#   // flags: <what the bad form is compiled with besides>
#   // compiler: <the only one that can tell>          (as CMake calls it: GNU)

file(READ ${SOURCE} rest)
set(flags)
if(rest MATCHES "// flags: ([^\n]+)")
  separate_arguments(flags UNIX_COMMAND "${CMAKE_MATCH_1}")
endif()
set(command ${CMAKE_COMMAND} -E env LC_ALL=C ${COMPILER} -std=c++20 -fsyntax-only)
foreach(folder IN LISTS INCLUDES)
  list(APPEND command -I${folder})
endforeach()

function(fail sentence)
  message(NOTICE "${errors}")
  message(FATAL_ERROR "${sentence}")
endfunction()

execute_process(COMMAND ${command} -DBAD ${flags} ${SOURCE} RESULT_VARIABLE status ERROR_VARIABLE errors)
if(status EQUAL 0)
  fail("The bad form compiles.")
endif()

set(most 1)
if(rest MATCHES "// errors: ([0-9]+)")
  set(most ${CMAKE_MATCH_1})
endif()
if(NOT rest MATCHES "// expect: ")
  fail("The file has no line `// expect: <text>`.")
endif()
while(rest MATCHES "// expect: ([^\n]+)\n(.*)")
  set(sentence "${CMAKE_MATCH_1}")
  set(rest "${CMAKE_MATCH_2}")
  string(FIND "${errors}" "${sentence}" place)
  if(place EQUAL -1)
    fail("The errors do not contain: ${sentence}")
  endif()
endwhile()

string(REGEX MATCHALL "[0-9]: (fatal )?error: " found "${errors}")
list(LENGTH found count)
if(count GREATER most)
  fail("There are ${count} errors where ${most} should be said.")
endif()
