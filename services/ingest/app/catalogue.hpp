#pragma once
// Reading back what was loaded, as of a moment, in pages.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/page.hpp"
#include "libs/core/status.hpp"
#include "libs/domain/match.hpp"
#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

struct RejectedRow {
  std::int64_t id = 0;
  BatchId batch;
  std::string file;
  int line = 0;
  std::string column;
  std::string reason;
  std::string text;
};

struct CompetitionView {
  Competition competition;
  std::string name;
  int tier = 0;
  std::string current_season;  // label; empty before any match
  std::vector<std::string> other_names = {};
};

struct MatchView {
  MatchId id;
  std::string competition_code;
  std::string competition_name;
  int season_start = 0;
  Day date;
  std::optional<Instant> kickoff;
  TeamId home_id;
  std::string home;
  TeamId away_id;
  std::string away;
  bool neutral = false;
  domain::MatchState state = domain::MatchState::kScheduled;
  std::optional<Score> score;
  std::optional<Score> played;  // of an awarded match: the score before it was awarded
  std::optional<Instant> not_offered_from;
};

struct CorrectionView {
  CorrectionKind kind = CorrectionKind::kOtherScore;
  std::optional<Score> former;
  BatchId batch;
  Instant time;
};

struct MatchDetail {
  MatchView match;
  std::vector<CorrectionView> corrections;  // oldest first
};

struct QuoteView {
  std::string bookmaker_code;
  std::string bookmaker_name;
  domain::Market market = domain::Market::kMatchResult;
  std::int16_t line_quarters = 0;
  domain::Phase phase = domain::Phase::kPreMatch;
  std::vector<double> prices;
  std::optional<Instant> captured_at;
  std::optional<Instant> seen_at;
};

struct MatchFilter {
  std::string competition_code;  // empty: all
  std::optional<Day> first;
  std::optional<Day> last;
  std::optional<domain::MatchState> state;
};

// Thread-safe. The size of a page is from 1 to kMaxPageSize; a token that this program did not make
// is InvalidArgument.
class Catalogue {
 public:
  virtual ~Catalogue() = default;

  // Newest first.
  [[nodiscard]] virtual absl::StatusOr<Page<BatchSummary>> Batches(const PageRequest& page) = 0;
  // In the order in which they were found; of all batches when `batch` is 0.
  [[nodiscard]] virtual absl::StatusOr<Page<RejectedRow>> RejectedRows(
      BatchId batch, const std::string& file_contains, const PageRequest& page) = 0;
  // By code.
  [[nodiscard]] virtual absl::StatusOr<Page<CompetitionView>> Competitions(
      const std::string& sport, Instant as_of, const PageRequest& page) = 0;
  // By name; of the current season when `season_start` is 0. NotFound: no such competition.
  [[nodiscard]] virtual absl::StatusOr<Page<Team>> Teams(const std::string& competition_code,
                                                         int season_start, Instant as_of,
                                                         const PageRequest& page) = 0;
  // By date.
  [[nodiscard]] virtual absl::StatusOr<Page<MatchView>> Matches(const MatchFilter& filter,
                                                                Instant as_of,
                                                                const PageRequest& page) = 0;
  // NotFound also while the match is not to be seen.
  [[nodiscard]] virtual absl::StatusOr<MatchDetail> Match(MatchId id, Instant as_of) = 0;
  // By bookmaker, market, line, phase and time.
  [[nodiscard]] virtual absl::StatusOr<Page<QuoteView>> Quotes(MatchId id, Instant as_of,
                                                               const PageRequest& page) = 0;
};

}  // namespace fairline::ingest
