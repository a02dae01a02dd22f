// Has std::filesystem::path take char strings for UTF-8, as its string() gives them.
//
// libstdc++ 12 reads them by the C library's locale, which on Windows knows no UTF-8: each byte would become
// a letter of its own. All such conversions go through the one function that the linker puts this in place of
// (--wrap in os/CMakeLists.txt).
#include <codecvt>

/// std::codecvt<wchar_t, char, std::mbstate_t>::do_in; the object itself holds nothing that matters.
extern "C" std::codecvt_base::result __wrap__ZNKSt7codecvtIwciE5do_inERiPKcS3_RS3_PwS5_RS5_(
    const void*, std::mbstate_t& state, const char* from, const char* from_end, const char*& from_next,
    wchar_t* to, wchar_t* to_end, wchar_t*& to_next) {
  static const std::codecvt_utf8_utf16<wchar_t> utf8;
  return utf8.in(state, from, from_end, from_next, to, to_end, to_next);
}
