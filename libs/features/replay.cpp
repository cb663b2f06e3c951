#include "libs/features/replay.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "libs/features/basketball/replay.hpp"
#include "libs/features/football/replay.hpp"

namespace fairline::features {
namespace {

struct Registration {
  std::string_view sport;
  std::unique_ptr<Replay> (*make)();
};

// A new sport is one line here.
constexpr std::array kSports = {Registration{"football", &football::MakeFootballReplay},
                                Registration{"basketball", &basketball::MakeBasketballReplay}};

constexpr auto kSportNames = [] {
  std::array<std::string_view, kSports.size()> names;
  for (std::size_t i = 0; i < kSports.size(); ++i) names[i] = kSports[i].sport;
  return names;
}();

bool EarlierDay(const Fixture& a, const Fixture& b) { return a.day < b.day; }

}  // namespace

absl::StatusOr<std::unique_ptr<Replay>> MakeReplay(std::string_view sport) {
  for (const Registration& registration : kSports) {
    if (registration.sport == sport) return registration.make();
  }
  return absl::NotFoundError("no features are registered for sport \"" + std::string(sport) + "\"");
}

std::span<const std::string_view> ReplaySports() { return kSportNames; }

absl::Status RunReplay(Replay& replay, std::span<const Match> finished,
                       std::span<const Fixture> coming, const RowSink& sink) {
  if (!std::is_sorted(finished.begin(), finished.end(), EarlierDay)) {
    return InvalidField("finished", "matches must come in ascending order of days");
  }
  if (!std::is_sorted(coming.begin(), coming.end(), EarlierDay)) {
    return InvalidField("coming", "matches must come in ascending order of days");
  }
  std::vector<float> row(replay.catalogue().size());
  std::size_t f = 0;
  std::size_t c = 0;
  while (f < finished.size() || c < coming.size()) {
    const Day day = c == coming.size()     ? finished[f].day
                    : f == finished.size() ? coming[c].day
                                           : std::min(finished[f].day, coming[c].day);
    const std::size_t first = f;
    for (; f < finished.size() && finished[f].day == day; ++f) {
      replay.Emit(finished[f], row);
      RETURN_IF_ERROR(sink(finished[f], true, row));
    }
    for (; c < coming.size() && coming[c].day == day; ++c) {
      replay.Emit(coming[c], row);
      RETURN_IF_ERROR(sink(coming[c], false, row));
    }
    if (f > first) replay.Update(finished.subspan(first, f - first));
  }
  return absl::OkStatus();
}

}  // namespace fairline::features
