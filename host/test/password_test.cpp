#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/password.hpp>

namespace otaru::host {
namespace {

using testing::HasSubstr;

class PasswordFile : public testing::Test {
 protected:
  void TearDown() override {
    ::unsetenv(kPasswordVariable);
    std::filesystem::remove(path_);
  }
  std::string write(std::string_view content) {
    std::ofstream(path_, std::ios::binary) << content;
    return path_;
  }
  std::string fault_of(std::string_view content) {
    try {
      (void)load_password(write(content));
    } catch (const BadInput& fault) {
      return fault.what();
    }
    return {};
  }

 private:
  // Its own, for tests run side by side.
  const std::string path_ = testing::TempDir() + "otaru-password-" + std::to_string(::getpid());
};

bool same(const Password& password, std::string_view text) {
  return equal(password.secret.bytes(), mbed::SharedSecret(text).bytes());
}

TEST_F(PasswordFile, HoldsOneLineWhoseEndDoesNotCount) {
  EXPECT_TRUE(same(load_password(write("open sesame")), "open sesame"));
  EXPECT_TRUE(same(load_password(write("open sesame\n")), "open sesame"));
  EXPECT_TRUE(same(load_password(write("open sesame\r\n")), "open sesame"));
  EXPECT_TRUE(same(load_password(write(" open sesame \n")), " open sesame ")) << "spaces belong to it";
  EXPECT_TRUE(same(load_password(write("m\xC3\xBCnze\n")), "m\xC3\xBCnze"));
}

TEST_F(PasswordFile, ThatIsNoneSaysWhy) {
  EXPECT_THAT(fault_of(""), HasSubstr("is empty"));
  EXPECT_THAT(fault_of("\n"), HasSubstr("is empty"));
  EXPECT_THAT(fault_of(std::string(65, 'a')), HasSubstr("65 bytes, and at most 64"));
  EXPECT_EQ(fault_of(std::string(64, 'a') + "\n"), "");
  EXPECT_THAT(fault_of("one\ntwo\n"), HasSubstr("several lines"));
  EXPECT_THAT(fault_of(std::string("a\0b", 3)), HasSubstr("control characters"));
  EXPECT_THROW((void)load_password("/nonexistent/password"), BadInput);
}

TEST_F(PasswordFile, GoesBeforeTheEnvironment) {
  EXPECT_FALSE(find_password("").has_value());
  ::setenv(kPasswordVariable, "", 1);
  EXPECT_FALSE(find_password("").has_value());
  ::setenv(kPasswordVariable, "of the environment", 1);
  EXPECT_TRUE(same(*find_password(""), "of the environment"));
  EXPECT_TRUE(same(*find_password(write("of the file\n")), "of the file"));
  ::setenv(kPasswordVariable, std::string(100, 'x').c_str(), 1);
  EXPECT_THROW((void)find_password(""), BadInput);
}

TEST_F(PasswordFile, KnowsAShortOne) {
  EXPECT_TRUE(make_password("1234567", "it").short_one);
  EXPECT_FALSE(make_password("12345678", "it").short_one);
}

}  // namespace
}  // namespace otaru::host
