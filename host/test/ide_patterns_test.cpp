#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/ide_patterns.hpp>

namespace otaru::host {
namespace {

IdePackage package() {
  IdePackage package;
  package.boards = {{"BW16", "RTL8720DN", "ameba_d_tools", {{"0x1A86", "0x7523"}}, 2},
                    {"AMB21", "RTL8722DM/CSM", "ameba_d_tools", {}, 0}};
  return package;
}

bool has(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(IdePatterns, QuoteTheProgram) {
  const std::string lines = platform_lines(package(), "/opt/my tools/otaru");
  EXPECT_NE(lines.find("tools.ameba_d_tools.upload.network_pattern=\"/opt/my tools/otaru\" ide upload "),
            std::string::npos);
  EXPECT_NE(lines.find("postobjcopy.90.pattern=\"/opt/my tools/otaru\" ide built "), std::string::npos);
  EXPECT_TRUE(has(lines, "pluggable_discovery.otaru.pattern=\"/opt/my tools/otaru\" ide discovery"));
  EXPECT_EQ(program_in(lines), "/opt/my tools/otaru");
  EXPECT_EQ(program_in("nothing\n"), "");
}

TEST(IdePatterns, KeepTheBuiltInDiscoveriesAndTheSerialMonitor) {
  const std::string lines = platform_lines(package(), "/otaru");
  EXPECT_TRUE(has(lines, "pluggable_discovery.required.0=builtin:serial-discovery"));
  EXPECT_TRUE(has(lines, "pluggable_discovery.required.1=builtin:mdns-discovery"));
  EXPECT_TRUE(has(lines, "pluggable_monitor.required.serial=builtin:serial-monitor"));
  EXPECT_TRUE(has(lines, "tools.otaru.upload.field.password.secret=true"));
}

TEST(IdePatterns, NameAToolOnce) {
  const std::string lines = platform_lines(package(), "/otaru");
  const std::size_t first = lines.find("network_pattern=");
  EXPECT_EQ(lines.find("network_pattern=", first + 1), std::string::npos);
}

TEST(IdePatterns, RefuseAPathThatAPatternCannotHold) {
  for (const char* path : {"/a\"b/otaru", "/a{b}/otaru", "/a\nb/otaru", "otaru"})
    EXPECT_THROW((void)platform_lines(package(), path), BadInput) << path;
}

TEST(IdePatterns, KnowBoardsByWhatTheyAnnounceBehindThePortsThatTheyHave) {
  const std::string lines = boards_lines(package());
  for (const char* line :
       {"BW16.upload.tool.default=ameba_d_tools", "BW16.upload.tool.serial=ameba_d_tools",
        "BW16.upload.tool.network=otaru", "BW16.upload_port.2.vid=0x1A86", "BW16.upload_port.2.pid=0x7523",
        "BW16.upload_port.3.board=ameba_rtl8720dn", "BW16.upload_port.4.board=BW16",
        "AMB21.upload_port.0.board=ameba_rtl8721d", "AMB21.upload_port.1.board=AMB21"})
    EXPECT_TRUE(has(lines, line)) << line << "\n" << lines;
}

}  // namespace
}  // namespace otaru::host
