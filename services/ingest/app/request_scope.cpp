#include "services/ingest/app/request_scope.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/names/name_finder.hpp"

namespace fairline::ingest {
namespace {

// The codes of the competitions that are meant by code or name, among those of the sources' sports.
absl::StatusOr<std::vector<std::string>> FindCodes(const std::vector<std::string>& wanted,
                                                   const std::vector<SourceAt>& sources,
                                                   const Reference& reference) {
  std::map<std::int64_t, std::string> codes;
  std::vector<names::KnownName> known;
  for (const Competition& competition : reference.competitions) {
    const bool has_source = std::any_of(sources.begin(), sources.end(), [&](const SourceAt& at) {
      return at.source->sport() == competition.sport;
    });
    if (!has_source) continue;
    codes.emplace(competition.id.value, competition.code);
    known.push_back({competition.id.value, competition.code, false, true});
  }
  for (const auto& [name, id] : reference.competition_names) {
    if (codes.contains(id.value)) known.push_back({id.value, name, true, true});
  }
  const names::NameFinder finder(std::move(known));
  std::vector<std::string> found;
  for (const std::string& name : wanted) {
    const names::FoundName one = finder.Find(name);
    if (!one.id) {
      std::string reason = fmt::format("'{}' is not a known one", name);
      if (!one.nearest.empty()) {
        reason += fmt::format("; the nearest: {}", fmt::join(one.nearest, ", "));
      }
      return InvalidField("competition_codes", reason);
    }
    found.push_back(codes.at(*one.id));
  }
  return found;
}

}  // namespace

std::vector<std::string> CodesOf(std::string_view sport, const std::vector<std::string>& codes,
                                 const Reference& reference) {
  std::vector<std::string> of_sport;
  for (const Competition& competition : reference.competitions) {
    if (competition.sport == sport) of_sport.push_back(competition.code);
  }
  if (codes.empty()) return of_sport;
  std::vector<std::string> wanted = codes;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  std::erase_if(wanted, [&](const std::string& code) {
    return std::find(of_sport.begin(), of_sport.end(), code) == of_sport.end();
  });
  return wanted;
}

absl::StatusOr<SeasonRange> SeasonRange::Make(const IngestRequest& request,
                                              const std::vector<SourceAt>& sources, Day as_of,
                                              Day latest) {
  int oldest = std::numeric_limits<int>::max();
  int usual_first = std::numeric_limits<int>::max();
  int current = 0;
  int newest = 0;
  for (const SourceAt& at : sources) {
    oldest = std::min(oldest, at.source->oldest_season());
    usual_first = std::min(usual_first, at.source->usual_first_season());
    current = std::max(current, at.source->SeasonOf(as_of));
    newest = std::max(newest, at.source->SeasonOf(latest) + 1);
  }
  const int first = request.first_season_start == 0 ? usual_first : request.first_season_start;
  const int last = request.last_season_start == 0 ? current : request.last_season_start;
  if (first < oldest || first > newest) {
    return InvalidField("first_season_start",
                        fmt::format("{} is not from {} to {}", first, oldest, newest));
  }
  if (last < first || last > newest) {
    return InvalidField("last_season_start",
                        fmt::format("{} is not from {} to {}", last, first, newest));
  }
  return SeasonRange(request, as_of);
}

absl::StatusOr<Accepted> Accept(const IngestRequest& request, std::vector<SourceAt> asked,
                                SportsStore& store, Instant as_of, Instant real_now) {
  if (!request.sport.empty()) {
    std::erase_if(asked, [&](const SourceAt& at) { return at.source->sport() != request.sport; });
    if (asked.empty()) return InvalidField("sport", "no source is of it");
  }
  ASSIGN_OR_RETURN(
      const SeasonRange seasons,
      SeasonRange::Make(request, asked, std::chrono::floor<std::chrono::days>(as_of),
                        std::chrono::floor<std::chrono::days>(std::max(as_of, real_now))));
  ASSIGN_OR_RETURN(Reference reference, store.ReadReference());
  ASSIGN_OR_RETURN(std::vector<std::string> codes,
                   FindCodes(request.competition_codes, asked, reference));
  return Accepted{std::move(asked), seasons, std::move(reference), std::move(codes)};
}

}  // namespace fairline::ingest
