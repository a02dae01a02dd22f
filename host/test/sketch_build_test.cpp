#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/sketch_build.hpp>

#include "temporary_folder.hpp"

namespace otaru::host {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A compiler that writes down how it is called, and makes what it is asked for.
constexpr const char* kCompiler = R"(#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
grep -qs BROKEN "$(dirname "$0")/Blink/Blink.ino" && { echo "Blink.ino:1: error: BROKEN"; exit 1; }
echo "a warning"
while [ "$1" != -o ]; do shift; done
echo made > "$2"
)";

class BuildSketch : public testing::Test {
 protected:
  BuildSketch() {
    put("cc", kCompiler);
    fs::permissions(at("cc"), fs::perms::owner_all);
    put("include/Arduino.h", "");
    put("libotaru.a", "");
    put("Blink/Blink.ino", "void setup() {}");
    kit_ = {.compiler = at("cc"),
            .flags = {"-std=c++11", "-O1"},
            .includes = {at("include")},
            .link = {at("libotaru.a")}};
  }

  fs::path at(const std::string& name) const { return folder_.path() / name; }
  void put(const std::string& name, const std::string& text) {
    fs::create_directories(at(name).parent_path());
    std::ofstream(at(name)) << text;
  }
  std::string calls() const {
    std::ifstream file(at("calls"));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  BuiltSketch build() { return build_sketch(at("Blink"), kit_, at("cache")); }

  TemporaryFolder folder_;
  SketchKit kit_;
};

TEST_F(BuildSketch, CompilesEverySourceAndLinksThem) {
  put("Blink/more.c", "");
  const BuiltSketch built = build();
  EXPECT_FALSE(built.from_cache);
  EXPECT_TRUE(fs::is_regular_file(built.program));
  EXPECT_EQ(built.compiler_said, "a warning\na warning\na warning\n");
  EXPECT_THAT(calls(), HasSubstr("-std=c++11 -O1 -I" + at("Blink").string()));
  EXPECT_THAT(calls(), HasSubstr("-x c -c " + at("Blink/more.c").string()));
  EXPECT_THAT(calls(), HasSubstr("1.o " + at("libotaru.a").string() + " -o "));
}

TEST_F(BuildSketch, TakesTheSameSketchFromTheCache) {
  const BuiltSketch first = build();
  fs::remove(at("calls"));
  const BuiltSketch second = build();
  EXPECT_TRUE(second.from_cache);
  EXPECT_EQ(second.program, first.program);
  EXPECT_EQ(calls(), "");
}

TEST_F(BuildSketch, BuildsAgainWhenAnythingChangedAndKeepsOneProgram) {
  fs::path last = build().program;
  const auto changes = {std::pair{"Blink/Blink.ino", "void loop() {}"},
                        {"Blink/new.h", ""},
                        {"include/Arduino.h", "int a;"},
                        std::pair{"libotaru.a", "longer"}};
  for (const auto& [name, text] : changes) {
    put(name, text);
    const BuiltSketch next = build();
    EXPECT_FALSE(next.from_cache) << name;
    EXPECT_NE(next.program, last) << name;
    last = next.program;
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(last.parent_path()), fs::directory_iterator()), 1);
}

TEST_F(BuildSketch, SaysWhatTheCompilerSaysAndKeepsNothing) {
  put("Blink/Blink.ino", "BROKEN");
  try {
    build();
    FAIL() << "it compiled";
  } catch (const BadInput& error) {
    EXPECT_THAT(error.what(), HasSubstr("Blink.ino:1: error: BROKEN"));
  }
  for (const auto& entry : fs::recursive_directory_iterator(at("cache")))
    EXPECT_FALSE(entry.is_regular_file());
}

TEST_F(BuildSketch, SaysThatTheCompilerCannotRun) {
  put("cc", "#!/no/such/shell\n");
  EXPECT_THROW(build(), BadInput);
}

TEST_F(BuildSketch, SaysThatTheCacheCannotBeWritten) {
  put("cache", "a file where a folder should be");
  EXPECT_THROW(build(), BadInput);
}

class ReadSketchKit : public BuildSketch {};

TEST_F(ReadSketchKit, ReadsEveryLine) {
  put(SketchKit::kFileName, "compiler " + at("cc").string() + "\nflag -O1\nflag -DX=a b\ninclude " +
                                at("include").string() + "\nlink -pthread\nlink " +
                                at("libotaru.a").string() + "\n");
  const SketchKit kit = read_sketch_kit(folder_.path());
  EXPECT_EQ(kit.compiler, at("cc"));
  EXPECT_THAT(kit.flags, testing::ElementsAre("-O1", "-DX=a b"));
  EXPECT_THAT(kit.includes, testing::ElementsAre(at("include")));
  EXPECT_THAT(kit.link, testing::ElementsAre("-pthread", at("libotaru.a").string()));
}

TEST_F(ReadSketchKit, SaysWhatIsMissing) {
  EXPECT_THROW(read_sketch_kit(folder_.path()), BadInput) << "no kit";
  const std::string compiler = "compiler " + at("cc").string() + "\n";
  for (const std::string& kit :
       {std::string("compiler /no/such/compiler\n"), compiler + "include /no/such/folder\n",
        compiler + "link /no/such/library.a\n"}) {
    put(SketchKit::kFileName, kit);
    EXPECT_THROW(read_sketch_kit(folder_.path()), BadInput) << kit;
  }
}

}  // namespace
}  // namespace otaru::host
