# Proves in every build that a library runs on a bare Cortex-M33, and that it is as small as promised.
#
#   otaru_prove_freestanding(<target>)          at the end of the target's CMakeLists.txt, after all its sources
#   otaru_m33_library(<target>)                 for others' code: archived, not proven
#   otaru_size_budget(<target> <budget.json>)   after the proof; the file's shape is told in scripts/size_budget.py
#   otaru_expect_refusal(<name> ...)            the negative cases: see below
#
# `-ffreestanding` is not used: with g++ 12 it proves nothing (malloc still compiles) and costs code, because
# memcpy is then called where it would have been inlined. The link is the proof: the whole archive is linked
# alone with `ld -r`, and what stays undefined is what the code asks of its surroundings.

set(OTARU_M33_PREFIX arm-none-eabi- CACHE STRING "What the names of the bare-metal ARM tools start with")
find_program(OTARU_M33_CXX ${OTARU_M33_PREFIX}g++)
find_program(OTARU_M33_CC ${OTARU_M33_PREFIX}gcc)
if(NOT OTARU_M33_CXX OR NOT OTARU_M33_CC)
  message(FATAL_ERROR "${OTARU_M33_PREFIX}g++ is missing, so core cannot be proven for Cortex-M33: "
                      "run `make`, which installs it.")
endif()

# Not the first python3 of the PATH: the tests need the modules that Debian installs beside this one.
set(OTARU_PYTHON /usr/bin/python3 CACHE FILEPATH "The python3 that the checks and tests run with")
if(NOT EXISTS ${OTARU_PYTHON})
  message(FATAL_ERROR "${OTARU_PYTHON} is missing: run `make`, which installs it.")
endif()

set(OTARU_M33_MAX_FRAME 512)  # bytes of stack that one function may take
# For the archive of another port (docs/porting.md). Budgets and emulated runs are those of the default.
set(OTARU_M33_CPU_FLAGS "-mcpu=cortex-m33 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16" CACHE STRING
    "Processor and float ABI of all that is built by the bare-metal ARM tools")
separate_arguments(cpu_flags UNIX_COMMAND "${OTARU_M33_CPU_FLAGS}")
set(OTARU_M33_FLAGS ${cpu_flags} -Os -ffunction-sections -fdata-sections -fstack-usage)
set(OTARU_M33_CXX_FLAGS -std=c++20 -fno-exceptions -fno-rtti -fno-threadsafe-statics ${OTARU_WARNINGS})

# Compiles <source> into <object> for Cortex-M33, again when a header changes. <target> lends its include paths and
# definitions, and further options by its property OTARU_M33_OPTIONS.
function(otaru_m33_object target source object)
  cmake_path(GET source EXTENSION LAST_ONLY extension)
  if(extension STREQUAL ".c")
    set(compiler ${OTARU_M33_CC} ${OTARU_M33_FLAGS})
  else()
    set(compiler ${OTARU_M33_CXX} ${OTARU_M33_FLAGS} ${OTARU_M33_CXX_FLAGS})
  endif()
  cmake_path(GET object PARENT_PATH folder)
  file(MAKE_DIRECTORY ${folder})
  cmake_path(REPLACE_EXTENSION object LAST_ONLY su OUTPUT_VARIABLE stack_usage)
  cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE shown)
  set(includes $<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>)
  set(foreign $<TARGET_PROPERTY:${target},OTARU_M33_SYSTEM_INCLUDES>)
  set(definitions $<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>)
  set(options $<TARGET_PROPERTY:${target},OTARU_M33_OPTIONS>)
  add_custom_command(
    OUTPUT ${object}
    BYPRODUCTS ${stack_usage}
    COMMAND ${compiler} "${options}" "$<$<BOOL:${includes}>:-I$<JOIN:${includes},;-I>>"
            "$<$<BOOL:${foreign}>:-isystem;$<JOIN:${foreign},;-isystem;>>"
            "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},;-D>>" -MD -MF ${object}.d -c ${source} -o ${object}
    DEPENDS ${source}
    DEPFILE ${object}.d
    COMMENT "Building ${shown} for Cortex-M33"
    COMMAND_EXPAND_LISTS VERBATIM)
endfunction()

# Archives <sources> for Cortex-M33; the target only lends its include paths and definitions.
function(otaru_m33_archive target archive)
  cmake_path(REMOVE_EXTENSION archive LAST_ONLY OUTPUT_VARIABLE folder)
  cmake_path(GET archive FILENAME archive_name)
  set(objects "")
  foreach(source IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE name)
    string(REPLACE "../" "up/" name "${name}")
    otaru_m33_object(${target} ${source} ${folder}/${name}.o)
    list(APPEND objects ${folder}/${name}.o)
  endforeach()
  add_custom_command(
    OUTPUT ${archive}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
    COMMAND ${OTARU_M33_PREFIX}ar rcs ${archive} ${objects}
    DEPENDS ${objects}
    COMMENT "Archiving for Cortex-M33: ${archive_name}" VERBATIM)
  set(OTARU_M33_OBJECTS ${objects} PARENT_SCOPE)
endfunction()

# The checks as commands, the same for the real code and for what must be refused.
function(otaru_m33_prove_command result archive objects)
  set(${result} ${OTARU_PYTHON} -B ${CMAKE_SOURCE_DIR}/scripts/prove_freestanding.py
                --prefix ${OTARU_M33_PREFIX} --max-frame ${OTARU_M33_MAX_FRAME}
                --archive ${archive} ${ARGN} ${objects} PARENT_SCOPE)
endfunction()

function(otaru_m33_budget_command result budget archives)
  string(JOIN " " flags ${OTARU_M33_FLAGS})
  set(${result} ${OTARU_PYTHON} -B ${CMAKE_SOURCE_DIR}/scripts/size_budget.py
                --prefix ${OTARU_M33_PREFIX} "--flags=${flags}" --budget ${budget}
                --max-frame ${OTARU_M33_MAX_FRAME} ${archives} PARENT_SCOPE)
endfunction()

# Runs <command> with `--report <report>` whenever one of the files after DEPENDS changed, in every build.
function(otaru_m33_check name report)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "COMMAND;DEPENDS")
  add_custom_command(
    OUTPUT ${report}
    COMMAND ${arg_COMMAND} --report ${report}
    DEPENDS ${arg_DEPENDS} ${CMAKE_SOURCE_DIR}/scripts/m33_binary.py
            ${CMAKE_SOURCE_DIR}/scripts/prove_freestanding.py ${CMAKE_SOURCE_DIR}/scripts/size_budget.py
    COMMENT "Checking ${name}" VERBATIM)
  add_custom_target(${name} ALL DEPENDS ${report})
endfunction()

# The C and C++ sources of a target.
function(otaru_m33_sources result target)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "\\.(c|cc|cpp)$")
  if(NOT sources)
    message(FATAL_ERROR "${target} has no sources, so there is nothing to prove for Cortex-M33.")
  endif()
  set(${result} ${sources} PARENT_SCOPE)
endfunction()

# otaru_prove_freestanding(<target> [CALLS <regular expression>]): compiles every source of the target for Cortex-M33,
# links the whole archive alone, and refuses: undefined symbols other than memcpy, memmove, memset, memcmp and
# __aeabi_*, and, for code that stands on a library, the names of CALLS; anything that runs before or after main; a
# stack frame over 512 bytes or without a bound. Runs as part of the default target.
function(otaru_prove_freestanding target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CALLS" "")
  otaru_m33_sources(sources ${target})
  set(archive ${CMAKE_CURRENT_BINARY_DIR}/m33/lib${target}.a)
  otaru_m33_archive(${target} ${archive} ${sources})
  set_target_properties(${target} PROPERTIES OTARU_M33_ARCHIVE ${archive})
  set(calls "")
  if(arg_CALLS)
    set(calls "--calls=${arg_CALLS}")
  endif()
  otaru_m33_prove_command(command ${archive} "${OTARU_M33_OBJECTS}" ${calls})
  otaru_m33_check(${target}_freestanding ${CMAKE_CURRENT_BINARY_DIR}/m33/${target}.proof.txt
                  COMMAND ${command} DEPENDS ${archive} ${OTARU_M33_OBJECTS})
endfunction()

# otaru_m33_library(<target>): archives a library of others for Cortex-M33. It need not keep our rules, but its size
# counts, and so does the stack that it takes (OtaruM33Run.cmake).
function(otaru_m33_library target)
  otaru_m33_sources(sources ${target})
  set(archive ${CMAKE_CURRENT_BINARY_DIR}/m33/lib${target}.a)
  otaru_m33_archive(${target} ${archive} ${sources})
  set_target_properties(${target} PROPERTIES OTARU_M33_ARCHIVE ${archive} OTARU_M33_OBJECTS "${OTARU_M33_OBJECTS}")
endfunction()

# otaru_size_budget(<target> <budget.json> [LIBRARIES <targets>...] [RUN <measured.json>]): links each line of the
# budget against the archive of the target, and those of LIBRARIES (archived before), and refuses a line that is over
# its text or RAM. RUN is what an otaru_m33_run() measured: the stack of lines that count it. Runs as part of the
# default target.
function(otaru_size_budget target budget)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "RUN" "LIBRARIES")
  cmake_path(ABSOLUTE_PATH budget BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${budget})
  set(archives "")
  foreach(library IN LISTS target arg_LIBRARIES)
    get_target_property(archive ${library} OTARU_M33_ARCHIVE)
    if(NOT archive)
      message(FATAL_ERROR "otaru_size_budget: call otaru_prove_freestanding(${library}) or otaru_m33_library first.")
    endif()
    list(APPEND archives --archive ${archive})
    list(APPEND depends ${archive})
  endforeach()

  file(READ ${budget} json)
  string(JSON count LENGTH "${json}" lines)
  math(EXPR last "${count} - 1")
  foreach(index RANGE ${last})
    string(JSON proof GET "${json}" lines ${index} proof)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/m33/${proof}.o)
    if(NOT object IN_LIST depends)
      otaru_m33_object(${target} ${CMAKE_CURRENT_SOURCE_DIR}/${proof} ${object})
      list(APPEND depends ${object})
      list(APPEND archives --proof ${proof}=${object})
    endif()
  endforeach()

  if(arg_RUN)
    list(APPEND archives --run ${arg_RUN})
    list(APPEND depends ${arg_RUN})
  endif()
  otaru_m33_budget_command(command ${budget} "${archives}")
  set_target_properties(${target} PROPERTIES OTARU_M33_BUDGET_ARGUMENTS "${archives}")
  # After the proof, whose words are clearer than the linker's.
  otaru_m33_check(${target}_size_budget ${CMAKE_CURRENT_BINARY_DIR}/m33/${target}.size.txt
                  COMMAND ${command} DEPENDS ${budget} ${depends} ${CMAKE_CURRENT_BINARY_DIR}/m33/${target}.proof.txt)
endfunction()

# otaru_expect_refusal(<name> SOURCE <file> BECAUSE <regular expression> [BUDGET <budget.json>]): a test that passes
# only if the proof (or, with BUDGET, the size budget, with SOURCE as the archive) refuses SOURCE for that reason.
function(otaru_expect_refusal name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SOURCE;BECAUSE;BUDGET" "")
  set(archive ${CMAKE_CURRENT_BINARY_DIR}/${name}.a)
  otaru_m33_archive(otaru_core ${archive} ${arg_SOURCE})
  add_custom_target(refused_${name} ALL DEPENDS ${archive})
  if(arg_BUDGET)
    otaru_m33_budget_command(command ${CMAKE_CURRENT_SOURCE_DIR}/${arg_BUDGET}
                             "--archive;${archive};--proof;${arg_SOURCE}=${OTARU_M33_OBJECTS}")
  else()
    otaru_m33_prove_command(command ${archive} "${OTARU_M33_OBJECTS}")
  endif()
  add_test(NAME proof_refuses_${name}
    COMMAND ${OTARU_PYTHON} -B ${CMAKE_SOURCE_DIR}/scripts/expect_refusal.py "${arg_BECAUSE}" -- ${command})
  set_tests_properties(proof_refuses_${name} PROPERTIES LABELS proof TIMEOUT 60)
endfunction()
