#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/sketch_source.hpp>

#include "temporary_folder.hpp"

namespace otaru::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string filename(const std::filesystem::path& path) {
  return path.filename().string();
}

TEST(MissingPrototypes, AreThoseOfAllFunctionsAtTheTopLevel) {
  EXPECT_THAT(
      missing_prototypes("void setup() { show(1); }\n"
                         "void loop() {}\n"
                         "static unsigned long show(int a, const char* b)\n{ if (a) { return 2; } }\n"),
      ElementsAre("void setup()", "void loop()", "static unsigned long show(int a, const char* b)"));
}

TEST(MissingPrototypes, AreOnOneLineWithoutComments) {
  EXPECT_THAT(missing_prototypes("int /* how\nmany */ count(int a, // first\n          int b) {}"),
              ElementsAre("int count(int a, int b)"));
}

TEST(MissingPrototypes, IgnoreWhatStandsInCommentsLiteralsAndDirectives) {
  EXPECT_THAT(missing_prototypes("// void a() {}\n/* void b() {} */\n"
                                 "const char* text = \"void c() { \";\nchar brace = '{';\n"
                                 "#define D() void d() { \\\n  {\n"
                                 "const char* raw = R\"x(void e() {)\" )x\";\n"
                                 "void f() {}"),
              ElementsAre("void f()"));
}

TEST(MissingPrototypes, LeaveOutWhatCannotBeDeclaredAgain) {
  EXPECT_THAT(
      missing_prototypes("struct S { void member() {} };\nvoid S::other() {}\nclass C : public S { };\n"
                         "S::S(int a) : a_(a) {}\nbool operator==(S a, S b) { return true; }\n"
                         "template <class T> T twice(T a) { return a; }\nvoid d(int a = 1) {}\n"
                         "int table[] = {1, 2};\nauto l = [](int a) { return a; };\n"
                         "namespace n { void inner() {} }\nenum E { a, b };\nISR(x) {}\n"
                         "extern \"C\" { void in_c() {} }\n"),
      IsEmpty());
}

TEST(MissingPrototypes, KeepTheLinkageOfAFunction) {
  EXPECT_THAT(missing_prototypes("extern \"C\" void c_name(int a) {}\n"
                                 "void __attribute__((weak)) w() {}\nstd::string s(std::size_t n) {}"),
              testing::Contains("extern \"C\" void c_name(int a)"));
}

TEST(MissingPrototypes, EndWithAFileThatEndsInTheMiddle) {
  for (const char* text :
       {"", "void f() {", "void f(", "\"open", "/* open", "R\"(open", "#define X \\", "}}}", "{"})
    EXPECT_LE(missing_prototypes(text).size(), 1u) << text;
}

TEST(SketchAsCpp, IncludesArduinoAndDeclaresBeforeTheFirstFunction) {
  const std::string cpp =
      sketch_as_cpp({{"a.ino", "#include <x.h>\nstruct S {};\n\nvoid setup() {}\nvoid f(S s) {}\n"}});
  EXPECT_EQ(cpp,
            "#include <Arduino.h>\n#line 1 \"a.ino\"\n#include <x.h>\nstruct S {};\n\n\n#line 4 \"a.ino\"\n"
            "void setup();\nvoid f(S s);\n#line 4 \"a.ino\"\nvoid setup() {}\nvoid f(S s) {}\n\n");
}

TEST(SketchAsCpp, DeclaresTheFunctionsOfEveryFileInTheFirst) {
  const std::string cpp =
      sketch_as_cpp({{"main.ino", "void setup() { other(); }"}, {"b.ino", "void other() {}"}});
  EXPECT_LT(cpp.find("void other();"), cpp.find("void setup() {"));
  EXPECT_THAT(cpp, HasSubstr("\n#line 1 \"b.ino\"\nvoid other() {}"));
}

TEST(SketchAsCpp, QuotesNamesOfFiles) {
  EXPECT_THAT(sketch_as_cpp({{"a\"b\\c.ino", ""}}), HasSubstr(R"(#line 1 "a\"b\\c.ino")"));
}

class FindSketch : public testing::Test {
 protected:
  void make(const std::string& name) {
    const auto path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << name;
  }

  TemporaryFolder folder_;
};

TEST_F(FindSketch, PutsTheMainFileFirstAndTheOthersByName) {
  for (const char* name : {"Blink/z.ino", "Blink/a.ino", "Blink/Blink.ino", "Blink/x.cpp", "Blink/x.h",
                           "Blink/src/deep/y.c", "Blink/other/no.cpp", "Blink/readme.txt"})
    make(name);
  for (const char* given : {"Blink", "Blink/", "Blink/Blink.ino", "Blink/a.ino"}) {
    const SketchFiles files = find_sketch(folder_.path() / given);
    EXPECT_EQ(files.name, "Blink") << given;
    ASSERT_EQ(files.inos.size(), 3u) << given;
    EXPECT_EQ(filename(files.inos[0]), "Blink.ino");
    EXPECT_EQ(filename(files.inos[1]), "a.ino");
    ASSERT_EQ(files.sources.size(), 2u);
    EXPECT_EQ(filename(files.sources[0]), "y.c");
    EXPECT_EQ(filename(files.headers.at(0)), "x.h");
  }
}

TEST_F(FindSketch, TakesASingleFileOfAnyName) {
  make("Blink/other.ino");
  EXPECT_EQ(filename(find_sketch(folder_.path() / "Blink").inos.at(0)), "other.ino");
}

TEST_F(FindSketch, SaysWhatIsNoSketch) {
  make("Empty/readme.txt");
  make("Two/a.ino");
  make("Two/b.ino");
  for (const char* given : {"Empty", "Two", "missing", "Empty/readme.txt"})
    EXPECT_THROW(find_sketch(folder_.path() / given), BadInput) << given;
}

}  // namespace
}  // namespace otaru::host
