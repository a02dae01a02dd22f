#include <vector>

#include <gtest/gtest.h>
#include <image/made_image2.hpp>

#include <otaru/host/file_kind.hpp>
#include <otaru/image/segment.hpp>

#include "golden.hpp"

namespace otaru::host {
namespace {

TEST(FileKind, IsToldByTheFirstBytes) {
  EXPECT_EQ(recognise(golden("image2-small.bin")), FileKind::image2);
  EXPECT_EQ(recognise(golden("ota-one-sdk.bin")), FileKind::ota_file);
  EXPECT_EQ(recognise(golden("ota-three-imagetool.bin")), FileKind::ota_file);
  EXPECT_EQ(recognise(golden("blob-1234.bin")), FileKind::unknown);
  EXPECT_EQ(recognise({}), FileKind::unknown);
  EXPECT_EQ(recognise(image::kCalibrationPattern), FileKind::boot_image);
}

TEST(FileKind, OfAnOtaFileIsKnownWithOneFieldWrong) {
  const std::vector<std::byte> good = golden("ota-one-imagetool.bin");
  std::size_t tried = 0;
  for (std::size_t at : {4u, 8u, 12u}) {
    std::vector<std::byte> damaged = good;
    store_le32(MutableBytes(damaged).subspan(at), 0xAAAA'AAAA);
    EXPECT_EQ(recognise(damaged), FileKind::ota_file) << "field at " << at;
    ++tried;
  }
  EXPECT_EQ(tried, 3u);
}

TEST(FileKind, OfARetiredImage2IsKnownByItsLoadAddress) {
  std::vector<std::byte> retired = image::made_image2();
  store_le32(retired, 0);
  EXPECT_EQ(recognise(retired), FileKind::image2);
}

TEST(FileKind, OfAnyPrefixIsToldWithoutReadingBeyondIt) {
  const std::vector<std::byte> file = golden("ota-one-imagetool.bin");
  std::size_t known = 0;
  for (std::size_t length = 0; length <= 40; ++length)
    known += recognise(std::vector(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length))) ==
             FileKind::ota_file;
  EXPECT_EQ(known, 25u) << "from 16 bytes on";
}

}  // namespace
}  // namespace otaru::host
