#pragma once
// Features by chronological replay: for each match day, first the features of all its matches, then
// the states. Training and serving run this same code, so they cannot drift apart.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"

namespace fairline::features {

// What one sport knows of its teams and competitions after the days given to Update. Deterministic:
// the same Updates give the same features and the same saved state to the bit (on one machine).
// Const members may be called from several threads at once.
class Replay {
 public:
  virtual ~Replay() = default;

  // Lives as long as the program.
  [[nodiscard]] virtual const FeatureCatalogue& catalogue() const = 0;

  // Writes the features of the pairing as things stand into `row`, catalogue().size() floats, NaN
  // where unknown. Teams and competitions never seen are newcomers. About two microseconds.
  virtual void Emit(const Fixture& fixture, std::span<float> row) const = 0;

  // Takes in all finished matches of one day, later than every day before. They are taken in by
  // their places, in whatever order they are given.
  virtual void Update(std::span<const Match> day) = 0;

  // The whole state as bytes (see archive.hpp), bound to the catalogue's hash. Load replaces the
  // state, and a loaded replay goes on bit-identically. Errors: InvalidArgument for what Save did
  // not write, FailedPrecondition for another catalogue's state; the state is then unchanged.
  [[nodiscard]] virtual std::string Save() const = 0;
  [[nodiscard]] virtual absl::Status Load(std::string_view state) = 0;
};

// The matches of a day by place, then by id.
[[nodiscard]] std::vector<const Match*> InOrder(std::span<const Match> day);

struct Sport {
  std::string_view name;
  std::unique_ptr<Replay> (*make_replay)();
};

// Every registered sport, at least one. It stands alone in sports.cpp, so that a program can be
// linked with a table of its own.
[[nodiscard]] std::span<const Sport> Sports();

// A fresh replay of a registered sport ("football", "basketball"). Errors: NotFound.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Replay>> MakeReplay(std::string_view sport);
[[nodiscard]] std::span<const std::string_view> ReplaySports();
// What a request that names no sport is about: the first of the table.
[[nodiscard]] std::string_view DefaultSport();

// Receives each row in day order; the span lives until it returns. An error stops the replay.
using RowSink =
    std::function<absl::Status(const Fixture& fixture, bool finished, std::span<const float> row)>;

// Runs `finished` and `coming` matches, each in ascending order of days, through `replay`. Those of
// one day see the state before that day, whether finished or not; awarded ones have no row.
// Afterwards the replay stands after the last finished day. Errors: InvalidArgument when days
// descend; those of `sink`.
[[nodiscard]] absl::Status RunReplay(Replay& replay, std::span<const Match> finished,
                                     std::span<const Fixture> coming, const RowSink& sink);

}  // namespace fairline::features
