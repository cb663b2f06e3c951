#pragma once
// Reads the members of a JSON object strictly: of the right type, finite, none unknown.

#include <cmath>
#include <concepts>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "libs/core/status.hpp"

namespace fairline::models {

// The first error is kept and later reads do nothing, so that a whole object is read before one
// look at Finish.
class Fields {
 public:
  // `where` stands before each field's name in errors; the object must outlive this.
  Fields(const nlohmann::json& object, std::string where)
      : object_(object), where_(std::move(where)) {
    if (!object.is_object()) Fail("", "must be an object");
  }

  template <typename T>
  Fields& Required(std::string_view name, T& target) {
    if (status_.ok() && !object_.contains(name)) Fail(name, "is missing");
    return Optional(name, target);
  }

  // Leaves `target` as it is when there is no such field.
  template <typename T>
  Fields& Optional(std::string_view name, T& target) {
    known_.emplace(name);
    if (!status_.ok() || !object_.contains(name)) return *this;
    if (!Read(object_.find(name).value(), target)) Fail(name, "has the wrong type");
    return *this;
  }

  Fields& Check(bool good, std::string_view name, std::string_view reason) {
    if (status_.ok() && !good) Fail(name, reason);
    return *this;
  }

  // The first error; InvalidArgument when the object has a field that was not read.
  [[nodiscard]] absl::Status Finish() {
    if (!status_.ok()) return status_;
    for (const auto& [name, value] : object_.items()) {
      if (!known_.contains(name)) return InvalidField(where_ + name, "unknown");
    }
    return status_;
  }

 private:
  void Fail(std::string_view name, std::string_view reason) {
    status_ = InvalidField(where_ + std::string(name), reason);
  }

  static bool Read(const nlohmann::json& value, nlohmann::json& target) {
    target = value;
    return true;
  }
  static bool Read(const nlohmann::json& value, std::string& target) {
    if (!value.is_string()) return false;
    target = value.get<std::string>();
    return true;
  }
  static bool Read(const nlohmann::json& value, bool& target) {
    if (!value.is_boolean()) return false;
    target = value.get<bool>();
    return true;
  }
  static bool Read(const nlohmann::json& value, std::floating_point auto& target) {
    if (!value.is_number()) return false;
    target = value.get<std::remove_reference_t<decltype(target)>>();
    return std::isfinite(target);
  }
  template <std::integral T>
  static bool Read(const nlohmann::json& value, T& target) {
    if (value.is_number_unsigned()) {
      const auto number = value.get<std::uint64_t>();
      target = static_cast<T>(number);
      return std::in_range<T>(number);
    }
    if (!value.is_number_integer()) return false;
    const auto number = value.get<std::int64_t>();
    target = static_cast<T>(number);
    return std::in_range<T>(number);
  }
  template <typename T>
  static bool Read(const nlohmann::json& value, std::vector<T>& target) {
    if (!value.is_array()) return false;
    target.clear();
    target.reserve(value.size());
    for (const nlohmann::json& element : value) {
      T read{};
      if (!Read(element, read)) return false;
      target.push_back(std::move(read));
    }
    return true;
  }

  const nlohmann::json& object_;
  std::string where_;
  absl::Status status_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace fairline::models
