#pragma once
// Text of a PostgreSQL array, to pass many rows as one parameter each column:
// unnest($1::bigint[], $2::text[], ...).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fairline::ingest {

class ArrayText {
 public:
  void Add(std::int64_t value);
  void Add(float value);  // shortest text that reads back the same
  void Add(std::string_view value);
  void AddNull();
  template <typename T>
  void Add(const std::optional<T>& value) {
    if (value) {
      Add(*value);
    } else {
      AddNull();
    }
  }

  // "{1,2,NULL}"
  [[nodiscard]] std::string Text() const { return text_ + '}'; }
  [[nodiscard]] bool empty() const { return text_.size() == 1; }

 private:
  void Separate() {
    if (!empty()) text_ += ',';
  }
  std::string text_ = "{";
};

// Shortest decimal text of `value` that reads back the same.
[[nodiscard]] std::string ShortText(float value);

}  // namespace fairline::ingest
