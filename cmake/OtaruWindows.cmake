# What the Windows build has instead of Debian's packages and checks.
#
# The libraries are headers only (fmt too, so used) and the same for every system. They lie in /usr/include among those
# of this machine's C library, which must not be seen: the cross compiler gets a folder of links to just these.
set(headers ${CMAKE_BINARY_DIR}/headers)
file(MAKE_DIRECTORY ${headers})
foreach(name IN ITEMS asio asio.hpp CLI fmt nlohmann)
  if(NOT EXISTS /usr/include/${name})
    message(FATAL_ERROR "/usr/include/${name} is missing: run `make`, which installs it.")
  endif()
  file(CREATE_LINK /usr/include/${name} ${headers}/${name} SYMBOLIC)
endforeach()
set(OTARU_ASIO ${headers})

foreach(library IN ITEMS fmt::fmt CLI11::CLI11 nlohmann_json::nlohmann_json)
  add_library(${library} INTERFACE IMPORTED GLOBAL)
  target_include_directories(${library} SYSTEM INTERFACE ${headers})
endforeach()
target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)

# Windows 10, and its headers without the rarer parts and without macros called min and max.
add_compile_definitions(_WIN32_WINNT=0x0A00 WINVER=0x0A00 WIN32_LEAN_AND_MEAN NOMINMAX)
# One file to hand on: the compiler's own libraries are inside.
add_link_options(-static)

# For mbed's source package.
set(OTARU_PYTHON /usr/bin/python3)
# Unit tests run on Linux, and are never built here; test/windows drives the built program.
function(otaru_add_unit_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_executable(${name} EXCLUDE_FROM_ALL ${arg_SOURCES})
endfunction()
# The proof for Cortex-M33 belongs to the build for this machine.
function(otaru_prove_freestanding)
endfunction()
function(otaru_size_budget)
endfunction()
