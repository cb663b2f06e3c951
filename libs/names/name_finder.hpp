#pragma once
// Which of the known things somebody means by a name: the one place where the name of a club or of
// a competition that somebody wrote becomes an id.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairline::names {

struct KnownName {
  std::int64_t id = 0;
  std::string name;
  bool alias = false;    // another name of it: found by, and not shown
  bool current = false;  // plays these days: goes before what shares its name and is gone
};

struct FoundName {
  std::optional<std::int64_t> id;
  // Where no single one is meant: the names that it could have been, the most alike first.
  std::vector<std::string> nearest;
};

// Immutable, thread-safe.
class NameFinder {
 public:
  NameFinder() = default;
  // Each id has at least one name that is not an alias.
  explicit NameFinder(std::vector<KnownName> names);

  // By the first of these that names exactly one:
  //   a current name or alias of the same Key; a current one of the same LooseKey; any of the same
  //   Key; any of the same LooseKey, where `written` has words that LooseKey drops.
  // At most five nearest.
  [[nodiscard]] FoundName Find(std::string_view written) const;

 private:
  using Index = std::map<std::string, std::vector<std::int64_t>, std::less<>>;

  [[nodiscard]] std::vector<std::string> Nearest(std::string_view written) const;

  std::vector<KnownName> names_;
  std::map<std::int64_t, std::string> shown_;
  Index by_key_;
  Index by_loose_key_;
  Index current_by_key_;
  Index current_by_loose_key_;
};

// What to answer: "\"Nottingham\" is not known in English Premier League; the nearest are Nott'm
// Forest, Notts County". `where` may be empty.
[[nodiscard]] std::string NotKnown(std::string_view written, std::string_view where,
                                   const std::vector<std::string>& nearest);

}  // namespace fairline::names
