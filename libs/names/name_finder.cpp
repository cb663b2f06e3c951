#include "libs/names/name_finder.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/names/likeness.hpp"

namespace fairline::names {
namespace {

constexpr std::size_t kMostNearest = 5;
// Below that a name is no help to who mistyped another.
constexpr double kLeastLikeness = 0.5;

void AddTo(std::map<std::string, std::vector<std::int64_t>, std::less<>>& index,
           const std::string& key, std::int64_t id) {
  if (key.empty()) return;
  std::vector<std::int64_t>& ids = index[key];
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
}

}  // namespace

NameFinder::NameFinder(std::vector<KnownName> names) : names_(std::move(names)) {
  for (const KnownName& known : names_) {
    if (!known.alias) shown_.emplace(known.id, known.name);
    const std::string key = Key(known.name);
    const std::string loose = LooseKey(known.name);
    AddTo(by_key_, key, known.id);
    AddTo(by_loose_key_, loose, known.id);
    if (!known.current) continue;
    AddTo(current_by_key_, key, known.id);
    AddTo(current_by_loose_key_, loose, known.id);
  }
}

FoundName NameFinder::Find(std::string_view written) const {
  const std::string key = Key(written);
  const std::string loose = LooseKey(written);
  const std::pair<const Index*, const std::string*> steps[] = {{&current_by_key_, &key},
                                                               {&current_by_loose_key_, &loose},
                                                               {&by_key_, &key},
                                                               {&by_loose_key_, &loose}};
  for (const auto& [index, wanted] : steps) {
    if (index == &by_loose_key_ && loose == key) break;
    const auto found = index->find(*wanted);
    if (found == index->end()) continue;
    if (found->second.size() == 1) return {found->second.front(), {}};
    std::vector<std::string> meant;
    for (const std::int64_t id : found->second) meant.push_back(shown_.at(id));
    return {std::nullopt, std::move(meant)};
  }
  return {std::nullopt, Nearest(written)};
}

std::vector<std::string> NameFinder::Nearest(std::string_view written) const {
  std::map<std::int64_t, double> likeness;  // of the most alike of its names
  for (const KnownName& known : names_) {
    double alike = Likeness(written, known.name);
    if (alike < kLeastLikeness) continue;
    if (known.current) alike += 0.1;
    double& best = likeness[known.id];
    best = std::max(best, alike);
  }
  std::vector<std::pair<double, std::string>> ranked;
  for (const auto& [id, alike] : likeness) ranked.emplace_back(-alike, shown_.at(id));
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> nearest;
  for (const auto& [alike, name] : ranked) {
    if (nearest.size() == kMostNearest) break;
    nearest.push_back(name);
  }
  return nearest;
}

std::string NotKnown(std::string_view written, std::string_view where,
                     const std::vector<std::string>& nearest) {
  std::string text = fmt::format("\"{}\" is not known", written);
  if (!where.empty()) text += fmt::format(" in {}", where);
  if (nearest.size() == 1) text += fmt::format("; the nearest is {}", nearest.front());
  if (nearest.size() > 1) text += fmt::format("; the nearest are {}", fmt::join(nearest, ", "));
  return text;
}

}  // namespace fairline::names
