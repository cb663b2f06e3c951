#pragma once
// Tables of text for a terminal.

#include <string>
#include <vector>

namespace fairline::cli {

class Table {
 public:
  // A heading that begins with '>' is of a column of numbers, aligned to the right.
  explicit Table(std::vector<std::string> headings);

  void Add(std::vector<std::string> cells);
  // Columns as wide as their widest cell, counted in code points of UTF-8.
  [[nodiscard]] std::string Render() const;

 private:
  std::vector<bool> right_aligned_;
  std::vector<std::vector<std::string>> rows_;  // the first holds the headings
};

}  // namespace fairline::cli
