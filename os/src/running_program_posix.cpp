#include <cerrno>
#include <system_error>

#include <unistd.h>

#include <otaru/os/running_program.hpp>

namespace otaru::os {

void become(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv(words[0].c_str(), pointers.data());
  throw std::system_error(errno, std::generic_category(), "cannot run " + program.string());
}

}  // namespace otaru::os
