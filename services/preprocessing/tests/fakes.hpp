#pragma once
// The ports of the service, in memory.

#include <algorithm>
#include <map>

#include "libs/features/tests/matches.hpp"
#include "services/preprocessing/app/ports.hpp"

namespace fairline::preprocessing {

// Three made-up seasons, of which the last day is still to come.
class FakeMatchSource final : public MatchSource {
 public:
  FakeMatchSource() {
    const std::vector<features::Match> matches = features::MadeUpLeague(5).Seasons(3);
    for (const features::Match& match : matches) {
      if (match.day < matches.back().day) {
        known_.finished.push_back(match);
      } else {
        known_.coming.push_back(match);
      }
    }
    known_.data_version = 1;
  }

  absl::StatusOr<std::int64_t> DataVersion(Deadline) override { return known_.data_version; }
  absl::StatusOr<bool> Learned(std::string_view, Instant, Instant, Deadline) override {
    return learned;
  }
  absl::StatusOr<KnownMatches> Read(std::string_view, Instant, Deadline) override {
    ++reads;
    return known_;
  }

  KnownMatches& known() { return known_; }
  int reads = 0;
  bool learned = true;  // when the moment moves

 private:
  KnownMatches known_;
};

class FakeFeatureStore final : public FeatureStore {
 public:
  absl::StatusOr<std::optional<Computation>> Latest(std::string_view catalogue_hash,
                                                    Deadline) override {
    return catalogue_hash == hash ? latest : std::nullopt;
  }
  absl::Status Replace(const features::FeatureCatalogue& catalogue, const Computation& computation,
                       const Produce& produce, Deadline) override {
    std::map<MatchId, std::vector<float>> rows;
    ASSIGN_OR_RETURN(
        state, produce([&](const features::Fixture& fixture, bool, std::span<const float> row) {
          rows[fixture.id] = {row.begin(), row.end()};
          return absl::OkStatus();
        }));
    stored = std::move(rows);
    hash = catalogue.hash();
    latest = computation;
    return absl::OkStatus();
  }
  absl::StatusOr<StoredRow> RowOf(MatchId match, const std::vector<std::string>& hashes,
                                  Deadline) override {
    const auto row = stored.find(match);
    if (row == stored.end() || std::find(hashes.begin(), hashes.end(), hash) == hashes.end()) {
      return FieldError(absl::StatusCode::kNotFound, "match_id", "no features of such a match");
    }
    return StoredRow{hash, row->second};
  }

  std::map<MatchId, std::vector<float>> stored;
  std::string state;
  std::string hash;
  std::optional<Computation> latest;
};

}  // namespace fairline::preprocessing
