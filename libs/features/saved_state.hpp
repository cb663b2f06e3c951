#pragma once
// The frame of every saved replay: a magic number, the hash of the catalogue that the state was
// made under, and the state as archive.hpp writes it.

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"
#include "libs/features/archive.hpp"
#include "libs/features/catalogue.hpp"

namespace fairline::features {

inline constexpr std::uint64_t kSavedStateMagic = 0x3159414c50455246;  // "FREPLAY1"

template <typename State>
[[nodiscard]] std::string SaveState(const FeatureCatalogue& catalogue, const State& state) {
  StateWriter header;
  std::uint64_t magic = kSavedStateMagic;
  header(magic);
  StateWriter body;
  State copy = state;
  body(copy);
  return header.Take() + catalogue.hash() + body.Take();
}

// InvalidArgument for what SaveState did not write, FailedPrecondition for another catalogue's
// state. State::Reindex() rebuilds what is not saved; false means damage.
template <typename State>
[[nodiscard]] absl::StatusOr<State> LoadState(const FeatureCatalogue& catalogue,
                                              std::string_view bytes) {
  const std::string& hash = catalogue.hash();
  std::uint64_t magic = 0;
  StateReader header(bytes.substr(0, sizeof magic));
  header(magic);
  if (magic != kSavedStateMagic || bytes.size() < sizeof magic + hash.size()) {
    return InvalidField("state", "not a saved replay");
  }
  if (bytes.substr(sizeof magic, hash.size()) != hash) {
    return absl::FailedPreconditionError("state: saved under another feature catalogue");
  }
  StateReader body(bytes.substr(sizeof magic + hash.size()));
  State loaded;
  body(loaded);
  if (!body.complete() || !loaded.Reindex()) return InvalidField("state", "damaged");
  return loaded;
}

}  // namespace fairline::features
