// Tables of plain text, columns aligned.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

namespace otaru::host {

/// Rows of cells; `text()` pads each column to its widest cell, counting UTF-8 letters, not bytes.
class Table {
 public:
  enum class Align { left, right };

  /// The first row, and how each column stands.
  Table(std::vector<std::string> headings, std::vector<Align> alignment);

  void add(std::vector<std::string> row);
  /// Two spaces before each line and between columns, no spaces at the ends, a newline behind each row.
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<Align> alignment_;
};

}  // namespace otaru::host
