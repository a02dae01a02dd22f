# The longest headers of others, read once for all sources: with OTARU_PRECOMPILE, which presets of clang set.
#
# clang takes from a precompiled header what a source uses, and a test under sanitizers is compiled in half the time.
# g++ takes in the whole of it each time and gains little: the release preset does without, and there every source
# proves that it includes what it uses.
if(NOT OTARU_PRECOMPILE)
  return()
endif()

file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cpp CONTENT "// Only for the headers.\n")
add_library(otaru_precompiled STATIC ${CMAKE_BINARY_DIR}/precompiled.cpp)
target_link_libraries(otaru_precompiled
  PRIVATE otaru_rules otaru::os fmt::fmt nlohmann_json::nlohmann_json GTest::gmock GTest::gtest)
target_precompile_headers(otaru_precompiled PRIVATE
  <algorithm> <array> <chrono> <filesystem> <fstream> <functional> <map> <memory> <optional> <span> <string>
  <string_view> <vector> <asio/io_context.hpp> <asio/ip/tcp.hpp> <asio/ip/udp.hpp> <asio/steady_timer.hpp>
  <fmt/format.h> <nlohmann/json.hpp> <gmock/gmock.h> <gtest/gtest.h>)

# Not core, mbed and the engine: without exceptions, and they include little. Not sketches on this machine: Arduino's
# names meet those of the system's network headers.
get_target_property(programs unit_tests MANUALLY_ADDED_DEPENDENCIES)
list(REMOVE_ITEM programs sketch_host_tests)
foreach(target IN LISTS programs ITEMS otaru_os otaru_net otaru_host otaru_board)
  target_precompile_headers(${target} REUSE_FROM otaru_precompiled)
endforeach()
