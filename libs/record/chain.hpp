#pragma once
// The daily hash chain over what was sealed. Each line of the record has a hash; each day's hashes
// together have one; and each day's seal holds the seal of the day before it. Who has kept one seal
// can tell whether anything before it was changed, added or taken away later.
//
//   line hash   = SHA-256(line)
//   lines hash  = SHA-256(every line hash of the day in order, each followed by '\n')
//   seal        = SHA-256("fairline-seal-1\n" day '\n' lines '\n' lines-hash '\n' seal-before '\n')

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"

namespace fairline::record {

// What stands before the first seal.
inline constexpr std::string_view kNoSeal =
    "0000000000000000000000000000000000000000000000000000000000000000";

// All hashes are 64 lower-case hex digits.
struct Seal {
  Day day;
  std::int64_t lines = 0;  // sealed on that day, UTC; days without any have no seal
  std::string lines_sha256;
  std::string previous_sha256;
  std::string sha256;
};

[[nodiscard]] std::string LineHash(std::string_view line);
[[nodiscard]] std::string LinesHash(std::span<const std::string> line_hashes);
[[nodiscard]] std::string SealHash(const Seal& seal);
[[nodiscard]] Seal MakeSeal(Day day, std::span<const std::string> line_hashes,
                            std::string_view previous_sha256);

// Whether `seals`, in order of days from the first, form an unbroken chain. DataLoss naming the day
// at which it breaks.
[[nodiscard]] absl::Status CheckChain(std::span<const Seal> seals);
// Whether these are the hashes that the day was sealed over. DataLoss naming the day.
[[nodiscard]] absl::Status CheckLines(const Seal& seal, std::span<const std::string> line_hashes);

}  // namespace fairline::record
