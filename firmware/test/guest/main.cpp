// GoogleTest on the guest. Arguments come from the emulator's command line; the exit code is GoogleTest's.
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "guest.hpp"

namespace otaru::guest {

int run() {
  std::istringstream line(command_line());
  std::vector<std::string> words;
  for (std::string word; line >> word;) words.push_back(word);
  if (words.empty()) words.emplace_back("guest");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int count = static_cast<int>(words.size());
  testing::InitGoogleTest(&count, arguments.data());
  if (count > 1) {
    print("an argument that nobody knows: " + words[1] + "\n");
    return 2;
  }
  return RUN_ALL_TESTS();
}

}  // namespace otaru::guest
