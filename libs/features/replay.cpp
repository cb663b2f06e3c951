#include "libs/features/replay.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace fairline::features {
namespace {

bool EarlierDay(const Fixture& a, const Fixture& b) { return a.day < b.day; }

}  // namespace

std::vector<const Match*> InOrder(std::span<const Match> day) {
  std::vector<const Match*> in_order;
  in_order.reserve(day.size());
  for (const Match& match : day) in_order.push_back(&match);
  std::sort(in_order.begin(), in_order.end(), [](const Match* a, const Match* b) {
    return std::pair(a->place, a->id) < std::pair(b->place, b->id);
  });
  return in_order;
}

absl::StatusOr<std::unique_ptr<Replay>> MakeReplay(std::string_view sport) {
  for (const Sport& registered : Sports()) {
    if (registered.name == sport) return registered.make_replay();
  }
  return absl::NotFoundError("no features are registered for sport \"" + std::string(sport) + "\"");
}

std::span<const std::string_view> ReplaySports() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Sport& sport : Sports()) all.push_back(sport.name);
    return all;
  }();
  return names;
}

std::string_view DefaultSport() { return Sports().front().name; }

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
      if (finished[f].awarded) continue;
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
