#include "services/prediction/app/forecast/model.hpp"

namespace fairline::prediction {

std::string_view InformationName(Information information) {
  switch (information) {
    case Information::kNoOdds:
      return "no_odds";
    case Information::kPastOdds:
      return "past_odds";
    case Information::kWithOdds:
      return "with_odds";
  }
  return "";
}

}  // namespace fairline::prediction
