#pragma once
// Moments and days as statements select and take them: microseconds and days since 1970 out,
// RFC 3339 and ISO 8601 text in.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <pqxx/pqxx>

#include "libs/core/date.hpp"

namespace fairline::storage {

// (extract(epoch FROM t) * 1000000)::bigint
[[nodiscard]] inline Instant AsInstant(const pqxx::field& microseconds) {
  return Instant(std::chrono::microseconds(microseconds.as<std::int64_t>()));
}
[[nodiscard]] inline std::optional<Instant> AsOptionalInstant(const pqxx::field& microseconds) {
  return microseconds.is_null() ? std::nullopt : std::optional(AsInstant(microseconds));
}
// d - DATE '1970-01-01'
[[nodiscard]] inline Day AsDay(const pqxx::field& days) {
  return Day(std::chrono::days(days.as<int>()));
}

// Elements of a text[]; NULLs are left out.
[[nodiscard]] inline std::vector<std::string> AsTexts(const pqxx::field& array) {
  std::vector<std::string> texts;
  pqxx::array_parser parser = array.as_array();
  for (auto [juncture, text] = parser.get_next(); juncture != pqxx::array_parser::done;
       std::tie(juncture, text) = parser.get_next()) {
    if (juncture == pqxx::array_parser::string_value) texts.push_back(text);
  }
  return texts;
}

// A parameter; NULL for nothing.
[[nodiscard]] inline std::optional<std::string> AsText(const std::optional<Instant>& instant) {
  return instant ? std::optional(FormatInstant(*instant)) : std::nullopt;
}
[[nodiscard]] inline std::optional<std::string> AsText(const std::optional<Day>& day) {
  return day ? std::optional(FormatDay(*day)) : std::nullopt;
}

}  // namespace fairline::storage
