#include "libs/record/chain.hpp"

#include <fmt/format.h>

#include "libs/core/sha256.hpp"

namespace fairline::record {

std::string LineHash(std::string_view line) { return Sha256Hex(line); }

std::string LinesHash(std::span<const std::string> line_hashes) {
  std::string text;
  text.reserve(line_hashes.size() * 65);
  for (const std::string& hash : line_hashes) {
    text += hash;
    text += '\n';
  }
  return Sha256Hex(text);
}

std::string SealHash(const Seal& seal) {
  return Sha256Hex(fmt::format("fairline-seal-1\n{}\n{}\n{}\n{}\n", FormatDay(seal.day), seal.lines,
                               seal.lines_sha256, seal.previous_sha256));
}

Seal MakeSeal(Day day, std::span<const std::string> line_hashes, std::string_view previous_sha256) {
  Seal seal{.day = day,
            .lines = static_cast<std::int64_t>(line_hashes.size()),
            .lines_sha256 = LinesHash(line_hashes),
            .previous_sha256 = std::string(previous_sha256),
            .sha256 = {}};
  seal.sha256 = SealHash(seal);
  return seal;
}

absl::Status CheckChain(std::span<const Seal> seals) {
  std::string previous(kNoSeal);
  for (std::size_t i = 0; i < seals.size(); ++i) {
    const Seal& seal = seals[i];
    const std::string day = FormatDay(seal.day);
    if (i > 0 && seal.day <= seals[i - 1].day) {
      return absl::DataLossError(fmt::format("{}: not after the day before it", day));
    }
    if (seal.previous_sha256 != previous) {
      return absl::DataLossError(
          fmt::format("{}: does not follow the seal before it, {}", day, previous));
    }
    if (seal.sha256 != SealHash(seal)) {
      return absl::DataLossError(fmt::format("{}: the seal is not that of its contents", day));
    }
    previous = seal.sha256;
  }
  return absl::OkStatus();
}

absl::Status CheckLines(const Seal& seal, std::span<const std::string> line_hashes) {
  const std::string day = FormatDay(seal.day);
  if (static_cast<std::int64_t>(line_hashes.size()) != seal.lines) {
    return absl::DataLossError(fmt::format("{}: sealed over {} lines, but there are {}", day,
                                           seal.lines, line_hashes.size()));
  }
  if (LinesHash(line_hashes) != seal.lines_sha256) {
    return absl::DataLossError(fmt::format("{}: its lines are not those it was sealed over", day));
  }
  return absl::OkStatus();
}

}  // namespace fairline::record
