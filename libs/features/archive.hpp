#pragma once
// Saved states: each state struct has one `template <class Archive> void Serialise(Archive&)` that
// names its fields in order, and StateWriter and StateReader walk it. Numbers are little-endian and
// of fixed width, floating point by its bits; a vector is a 64-bit count and its elements, an array
// its elements. A struct without Serialise does not compile, a new field changes the bytes, so the
// revision must too.

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/core/ids.hpp"

namespace fairline::features {

static_assert(std::endian::native == std::endian::little, "states are written little-endian");

template <typename T>
concept Number = std::integral<T> || std::floating_point<T>;

class StateWriter {
 public:
  void operator()(Number auto& number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  template <typename Tag>
  void operator()(Id<Tag>& id) {
    (*this)(id.value);
  }
  template <typename T>
  void operator()(std::vector<T>& items) {
    std::uint64_t count = items.size();
    (*this)(count);
    for (T& item : items) (*this)(item);
  }
  template <typename T, std::size_t kSize>
  void operator()(std::array<T, kSize>& items) {
    for (T& item : items) (*this)(item);
  }
  template <typename T>
  requires requires(T& item, StateWriter& archive) { item.Serialise(archive); }
  void operator()(T& item) { item.Serialise(*this); }

  [[nodiscard]] std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Bytes that end early or hold an impossible count leave complete() false and zeros behind; nothing
// is ever read beyond them or allocated beyond their size.
class StateReader {
 public:
  explicit StateReader(std::string_view bytes) : rest_(bytes) {}

  void operator()(Number auto& number) {
    if (rest_.size() < sizeof number) {
      ok_ = false;
      number = {};
      return;
    }
    std::memcpy(&number, rest_.data(), sizeof number);
    rest_.remove_prefix(sizeof number);
  }
  template <typename Tag>
  void operator()(Id<Tag>& id) {
    (*this)(id.value);
  }
  template <typename T>
  void operator()(std::vector<T>& items) {
    std::uint64_t count = 0;
    (*this)(count);
    items.clear();
    for (std::uint64_t i = 0; i < count && ok_; ++i) (*this)(items.emplace_back());
  }
  template <typename T, std::size_t kSize>
  void operator()(std::array<T, kSize>& items) {
    for (T& item : items) (*this)(item);
  }
  template <typename T>
  requires requires(T& item, StateReader& archive) { item.Serialise(archive); }
  void operator()(T& item) { item.Serialise(*this); }

  // All bytes were read and none were missing.
  [[nodiscard]] bool complete() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace fairline::features
