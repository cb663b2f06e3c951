#pragma once
// Bulk reads by COPY (query) TO STDOUT: rows stream as text and the server may work in parallel.

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <pqxx/pqxx>
#include <pqxx/stream_from>

#include "libs/core/status.hpp"
#include "libs/storage/array.hpp"

namespace fairline::storage {

// The fields of one row from left to right. Values are numbers, booleans and arrays of numbers,
// which COPY never escapes.
class CopyRow {
 public:
  explicit CopyRow(std::string_view line) : rest_(line) {}

  // The next field as text; none for NULL.
  std::optional<std::string_view> Text() {
    const std::size_t tab = rest_.find('\t');
    const std::string_view field = rest_.substr(0, tab);
    rest_.remove_prefix(tab == std::string_view::npos ? rest_.size() : tab + 1);
    return field == "\\N" ? std::nullopt : std::optional(field);
  }

  template <typename T>
  std::optional<T> OptionalNumber() {
    const auto text = Text();
    if (!text) return std::nullopt;
    T number{};
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc() || end != text->data() + text->size()) malformed_ = true;
    return number;
  }

  // NULL is an error.
  template <typename T>
  T Number() {
    const auto number = OptionalNumber<T>();
    if (!number) malformed_ = true;
    return number.value_or(T{});
  }

  // Appends the elements of a real[]; NULL becomes NaN. Throws as ParseArray does.
  void Reals(std::vector<float>& values) {
    const auto text = Text();
    if (text) ParseArray(*text, values);
  }

  bool Boolean() { return Text() == "t"; }

  // False when a number was not one.
  [[nodiscard]] bool ok() const { return !malformed_; }

 private:
  std::string_view rest_;
  bool malformed_ = false;
};

// Calls `handle(CopyRow&)` for each row of `query`; it may return an error to stop. `query` is SQL:
// values from outside must have been quoted.
template <typename Handle>
absl::Status CopyOut(pqxx::work& transaction, const std::string& query, const Handle& handle) {
  pqxx::stream_from stream(transaction, "(" + query + ")");
  std::string line;
  while (stream.get_raw_line(line)) {
    if (line.ends_with('\n')) line.pop_back();  // libpqxx 6.4 leaves it there
    CopyRow row(line);
    RETURN_IF_ERROR(handle(row));
    if (!row.ok()) return absl::InternalError("not a number in a row of: " + query);
  }
  stream.complete();
  return absl::OkStatus();
}

}  // namespace fairline::storage
