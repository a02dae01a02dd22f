# otaru_debian_source(<result> <package> <series> <file>): the path of a Debian package's source, fetched once, at the
# first configure, into a folder that all presets share (not committed). Remove the folder to get a newer one; <file> is
# one of its files, by whose absence the next build notices that.
#
# No version and no hash is written here: apt checks what it fetches by the archive's signed index, and dpkg-source what
# it unpacks by the package's own list (scripts/fetch_debian_source.py).

set(OTARU_SOURCES ${CMAKE_SOURCE_DIR}/build/sources CACHE PATH "Where the sources of Debian packages are unpacked")

function(otaru_debian_source result package series file)
  execute_process(
    COMMAND ${OTARU_PYTHON} -B ${CMAKE_SOURCE_DIR}/scripts/fetch_debian_source.py
            --package ${package} --series ${series} --into ${OTARU_SOURCES}
    OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_VARIABLE reason RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "Otaru builds ${package} from its Debian source package, which cannot be had.\n${reason}")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path}/${file})
  message(STATUS "${package}: ${path}")
  set(${result} ${path} PARENT_SCOPE)
endfunction()
