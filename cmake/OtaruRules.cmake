# The rules that all code is compiled by, as targets to link, and the helper that makes a unit test.

find_package(Threads REQUIRED)

# For g++, clang++ and arm-none-eabi-g++ alike.
set(OTARU_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
                   -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 at -O2 sees overlaps in std::string and overruns in std::vector that are not there (GCC bugs 105651,
  # 105329); AddressSanitizer looks for the real ones in every test run.
  list(APPEND OTARU_WARNINGS -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()

# Others' code gets these alone.
add_library(otaru_sanitizers INTERFACE)
if(OTARU_SANITIZE)
  target_compile_options(otaru_sanitizers INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                                    -fno-omit-frame-pointer)
  target_link_options(otaru_sanitizers INTERFACE -fsanitize=address,undefined)
endif()

# Warnings, C++20, sanitizers: linked PRIVATE by every library, program and test.
add_library(otaru_rules INTERFACE)
target_compile_features(otaru_rules INTERFACE cxx_std_20)
target_compile_options(otaru_rules INTERFACE ${OTARU_WARNINGS} -fno-strict-aliasing)
target_link_libraries(otaru_rules INTERFACE otaru_sanitizers)
if(OTARU_LIBFUZZER)
  # The whole tree is instrumented for coverage; only the harnesses link libFuzzer's main.
  target_compile_options(otaru_rules INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(OTARU_COVERAGE)
  target_compile_options(otaru_rules INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(otaru_rules INTERFACE -fprofile-instr-generate)
endif()

# Core's own rules come on top: nothing there may throw or ask for a type at run time.
add_library(otaru_core_rules INTERFACE)
target_link_libraries(otaru_core_rules INTERFACE otaru_rules)
target_compile_options(otaru_core_rules INTERFACE -fno-exceptions -fno-rtti)

# otaru_add_unit_tests(<name> SOURCES ... [LIBRARIES ...]): one GoogleTest program, each test known to ctest.
function(otaru_add_unit_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE otaru_rules ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/test)
  if(NOT OTARU_SANITIZE)
    target_compile_options(${name} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-O1>)  # tests are built more often than they run
  endif()
  gtest_discover_tests(${name} NO_PRETTY_VALUES PROPERTIES LABELS unit TIMEOUT 300)
  add_dependencies(unit_tests ${name})
endfunction()
