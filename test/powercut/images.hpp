// Images for the sweep: whole images 2, some of them sealed, and some that a board must refuse.
#pragma once

#include <memory>
#include <vector>

#include "scenario.hpp"

namespace powercut {

/// A board owner's key pair, drawn from a fixed seed.
class Sealer {
 public:
  Sealer();
  otaru::crypto::PublicKey key() const { return public_; }
  /// The image with a seal behind it, rounded up to whole sectors before the seal's end.
  Content seal(Content image) const;

 private:
  otaru::crypto::PublicKey public_{};
  std::vector<unsigned char> private_;
};

enum class Size { tiny, real };

/// One image for each ImageNumber. With a sealer all but kUnsealed are sealed.
std::shared_ptr<const std::vector<Image>> make_images(Size size, const Sealer* sealer);

}  // namespace powercut
