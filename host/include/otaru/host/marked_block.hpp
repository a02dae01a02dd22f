// Lines of ours in a text file of somebody else's, so marked that they can be taken out again to the byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace otaru::host {

/// What a file holds of ours.
struct MarkedBlock {
  enum class State : std::uint8_t {
    absent,
    intact,
    edited,  ///< its lines are no longer those that were written
    broken,  ///< a mark is missing, or is there twice
  };
  State state = State::absent;
  std::string body;        ///< the lines between the marks, each with its `\n`
  std::string before;      ///< the file up to the block, as it was before the block was put there
  std::string after;       ///< what was added behind it since
  bool made_file = false;  ///< the file was not there before
};

/// Looks for the block.
MarkedBlock find_block(std::string_view text);

/// The file with the block in it: in its place if it has one, else at the end. Nothing else is changed.
///
/// @param text  the file; nothing if it does not exist
/// @param body  whole lines
/// @pre  the block that `text` has is not broken
std::string with_block(const std::optional<std::string>& text, std::string_view body);

/// The file as it was, with what others have added since; nothing if it was not there, and nobody has.
/// @pre  the block that `text` has is not broken
std::optional<std::string> without_block(std::string_view text);

}  // namespace otaru::host
