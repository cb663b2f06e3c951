#include <array>

#include "libs/sources/football_data_source.hpp"

namespace fairline::sources {

std::span<const Source* const> AllSources() {
  static const FootballData football_data;
  // A new source is one line here.
  static const std::array<const Source*, 1> kSources = {&football_data};
  return kSources;
}

}  // namespace fairline::sources
