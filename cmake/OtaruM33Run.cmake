# Runs code for Cortex-M33 on an emulated one, and measures the stack that it takes.

find_program(OTARU_QEMU_ARM qemu-system-arm)
if(NOT OTARU_QEMU_ARM)
  message(FATAL_ERROR "qemu-system-arm is missing, so the stack of a verification cannot be measured: run `make`, "
                      "which installs it.")
endif()

# otaru_m33_link(<result> <name> SCRIPT <linker script> OBJECTS <files>... ARCHIVES <files>...)
# Links m33/<name>.elf, of the current directory, and leaves its path in <result>.
function(otaru_m33_link result name)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "SCRIPT" "OBJECTS;ARCHIVES")
  cmake_path(ABSOLUTE_PATH arg_SCRIPT BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set(program ${CMAKE_CURRENT_BINARY_DIR}/m33/${name}.elf)
  add_custom_command(
    OUTPUT ${program}
    COMMAND ${OTARU_M33_CXX} ${OTARU_M33_FLAGS} -nostartfiles -nodefaultlibs -Wl,--gc-sections -T ${arg_SCRIPT}
            -Wl,-Map=${program}.map ${arg_OBJECTS} -Wl,--start-group ${arg_ARCHIVES} -Wl,--end-group -lc_nano -lgcc
            -lc_nano -o ${program}
    BYPRODUCTS ${program}.map
    DEPENDS ${arg_OBJECTS} ${arg_ARCHIVES} ${arg_SCRIPT}
    COMMENT "Linking for Cortex-M33: ${name}.elf" VERBATIM)
  set(${result} ${program} PARENT_SCOPE)
endfunction()

# otaru_m33_run(<name> TARGET <target> SOURCES <files>... SCRIPT <linker script> LIBRARIES <targets>...
#               MEASURED <file.json> ARGUMENTS <of scripts/run_m33.py>...)
# Links <name>.elf of SOURCES and the archives of TARGET and LIBRARIES, runs it by scripts/run_m33.py, and refuses what
# that refuses. MEASURED keeps the figures for otaru_size_budget(). Files and $<TARGET_FILE:...> among ARGUMENTS are
# dependencies. Runs as part of the default target; the command is kept in OTARU_M33_RUN_COMMAND of TARGET for the
# negative cases.
function(otaru_m33_run name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TARGET;SCRIPT;MEASURED" "SOURCES;LIBRARIES;ARGUMENTS")
  set(archives "")
  foreach(library IN LISTS arg_TARGET arg_LIBRARIES)
    get_target_property(archive ${library} OTARU_M33_ARCHIVE)
    list(APPEND archives ${archive})
  endforeach()
  set(objects "")
  foreach(source IN LISTS arg_SOURCES)
    string(REPLACE "../" "up/" inside "${source}")
    set(object ${CMAKE_CURRENT_BINARY_DIR}/m33/${name}/${inside}.o)
    otaru_m33_object(${arg_TARGET} ${CMAKE_CURRENT_SOURCE_DIR}/${source} ${object})
    list(APPEND objects ${object})
  endforeach()
  cmake_path(ABSOLUTE_PATH arg_SCRIPT)
  otaru_m33_link(program ${name} SCRIPT ${arg_SCRIPT} OBJECTS ${objects} ARCHIVES ${archives})
  set(command ${OTARU_PYTHON} -B ${CMAKE_SOURCE_DIR}/scripts/run_m33.py --qemu ${OTARU_QEMU_ARM} --program ${program}
              ${arg_ARGUMENTS})
  set_target_properties(${arg_TARGET} PROPERTIES OTARU_M33_RUN_COMMAND "${command}")
  set(report ${CMAKE_CURRENT_BINARY_DIR}/m33/${name}.run.txt)
  set(files ${arg_ARGUMENTS})
  list(FILTER files INCLUDE REGEX "^(/|[$]<TARGET_FILE:)")
  add_custom_command(
    OUTPUT ${report} ${arg_MEASURED}
    COMMAND ${command} --measured ${arg_MEASURED} --report ${report}
    DEPENDS ${program} ${files} ${CMAKE_SOURCE_DIR}/scripts/run_m33.py ${CMAKE_SOURCE_DIR}/scripts/m33_binary.py
    COMMENT "Running on an emulated Cortex-M33: ${name}" VERBATIM)
  add_custom_target(${name}_m33_run ALL DEPENDS ${report})
endfunction()
