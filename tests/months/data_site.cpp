#include "tests/months/data_site.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/months/tally.hpp"

namespace fairline::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono;

constexpr days kEarly{7};
constexpr double kEarlyPrice = 1.04;

template <typename Incident>
bool Concerns(const Incident& incident, const PastMatch& match) {
  return incident.division == match.division && incident.home == match.home &&
         incident.away == match.away;
}

// A column of prices before the match: behind the first bookmaker's, and not one of closing prices.
bool IsPriceBefore(const std::string& header, const std::set<std::string>& headers) {
  for (std::size_t k = 1; k < header.size(); ++k) {
    if (header[k] != 'C') continue;
    std::string before = header;
    if (headers.contains(before.erase(k, 1))) return false;
  }
  return true;
}

std::string Price(const Listing& listing, const std::string& header) {
  const auto price = listing.match.Number(header);
  if (!price) return "";
  if (!listing.early || header == "AHh") return listing.match.cells.at(header);
  return fmt::format("{:.2f}", std::round(*price * kEarlyPrice * 100) / 100);
}

std::string FileDate(sys_days day) {
  const std::string text = DayText(day);
  return fmt::format("{}/{}/{}", text.substr(8, 2), text.substr(5, 2), text.substr(0, 4));
}

}  // namespace

DataSite::DataSite(const fs::path& football, fs::path folder, SiteContents contents)
    : folder_(std::move(folder)), contents_(std::move(contents)) {
  std::vector<std::string> divisions = contents_.growing;
  divisions.insert(divisions.end(), contents_.whole.begin(), contents_.whole.end());
  for (const std::string& division : divisions) {
    for (int year = first_season(); year <= contents_.season; ++year) {
      const fs::path to = SeasonPath(year, division);
      fs::create_directories(to.parent_path());
      const fs::path from = football / fs::relative(to, folder_);
      fs::copy_file(from, to);
      SeasonFile file = ReadSeasonFile(from);
      if (year == contents_.season) {
        files_[division] = std::move(file);
        continue;
      }
      for (const PastMatch& match : file.matches) {
        ++former_results_[division].at(ResultOf(match.home_goals, match.away_goals));
      }
    }
  }
}

fs::path DataSite::SeasonPath(int season, const std::string& division) const {
  return folder_ / "mmz4281" / fmt::format("{:02}{:02}", season % 100, (season + 1) % 100) /
         (division + ".csv");
}

std::vector<std::string> DataSite::divisions() const {
  std::vector<std::string> names;
  for (const auto& [division, file] : files_) names.push_back(division);
  return names;
}

PastMatch DataSite::PublishedAt(const PastMatch& match, Moment moment) const {
  PastMatch published = match;
  for (const Misreported& wrong : contents_.incidents.misreported) {
    if (!Concerns(wrong, match) || moment >= wrong.corrected) continue;
    published.home_goals = wrong.home_goals;
    published.away_goals = wrong.away_goals;
    published.cells["FTHG"] = std::to_string(wrong.home_goals);
    published.cells["FTAG"] = std::to_string(wrong.away_goals);
    published.cells["FTR"] = std::string(1, "HDA"[ResultOf(wrong.home_goals, wrong.away_goals)]);
  }
  return published;
}

std::vector<Listing> DataSite::ListedAt(Moment moment) const {
  std::vector<Listing> listings;
  for (const auto& [division, file] : files_) {
    for (const PastMatch& match : file.matches) {
      Listing listing{match, match.day, match.kickoff, false};
      const auto announce = [&](sys_days day) {
        listing.day = day;
        listing.kickoff = FromLondon(day, match.time);
      };
      for (const Moved& moved : contents_.incidents.moved) {
        if (Concerns(moved, match) && moment < moved.known) announce(moved.announced);
      }
      for (const Postponed& postponed : contents_.incidents.postponed) {
        if (!Concerns(postponed, match)) continue;
        if (moment >= postponed.listed && moment < postponed.gone) announce(postponed.announced);
      }
      if (listing.kickoff <= moment || listing.day >= floor<days>(moment) + contents_.listed_ahead)
        continue;
      listing.early = listing.day >= floor<days>(moment) + kEarly;
      listings.push_back(std::move(listing));
    }
  }
  return listings;
}

void DataSite::WriteSeason(const std::string& division, const SeasonFile& file,
                           Moment moment) const {
  std::ofstream stream(SeasonPath(contents_.season, division));
  stream << fmt::format("{}\n", fmt::join(file.header, ","));
  for (const PastMatch& match : file.matches) {
    if (match.over() > moment) continue;
    const PastMatch published = PublishedAt(match, moment);
    std::vector<std::string> cells;
    for (const std::string& header : file.header) cells.push_back(published.cells.at(header));
    stream << fmt::format("{}\n", fmt::join(cells, ","));
  }
}

void DataSite::WriteFixtures(Moment moment) const {
  const std::vector<std::string>& header = files_.at(contents_.growing.front()).header;
  const std::set<std::string> headers(header.begin(), header.end());
  const auto first_price = std::find(header.begin(), header.end(), "B365H");
  std::vector<std::string> prices;
  std::copy_if(first_price, header.end(), std::back_inserter(prices),
               [&](const std::string& name) { return IsPriceBefore(name, headers); });
  std::ofstream stream(folder_ / "fixtures.csv");
  stream << fmt::format("Div,Date,Time,HomeTeam,AwayTeam,{}\n", fmt::join(prices, ","));
  for (const Listing& listing : ListedAt(moment)) {
    std::vector<std::string> cells{listing.match.division, FileDate(listing.day),
                                   LondonTime(listing.kickoff), listing.match.home,
                                   listing.match.away};
    for (const std::string& name : prices) cells.push_back(Price(listing, name));
    stream << fmt::format("{}\n", fmt::join(cells, ","));
  }
}

void DataSite::StandAt(Moment moment) const {
  for (const std::string& division : contents_.growing) {
    WriteSeason(division, files_.at(division), moment);
  }
  WriteFixtures(moment);
}

}  // namespace fairline::testing
