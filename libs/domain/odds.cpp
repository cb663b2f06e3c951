#include "libs/domain/odds.hpp"

#include <array>
#include <charconv>

namespace fairline::domain {
namespace {

absl::Status CheckCommission(double commission) {
  if (!(commission >= 0.0 && commission < 1.0)) {
    return InvalidField("commission", "from 0 up to but not including 1");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DecimalOdds> PrintedOdds(float stored) {
  std::array<char, 32> text;
  const char* end = std::to_chars(text.data(), text.data() + text.size(), stored).ptr;
  double printed = 0.0;
  std::from_chars(text.data(), end, printed);
  return DecimalOdds::Make(printed);
}

absl::StatusOr<DecimalOdds> NetOdds(DecimalOdds odds, double commission) {
  RETURN_IF_ERROR(CheckCommission(commission));
  const double net = 1.0 + (odds.value() - 1.0) * (1.0 - commission);
  if (!(net > 1.0)) return InvalidField("commission", "leaves nothing of the winnings");
  return DecimalOdds::Make(net);
}

absl::StatusOr<DecimalOdds> LayAsBackOdds(DecimalOdds odds, double commission) {
  RETURN_IF_ERROR(CheckCommission(commission));
  const double others = 1.0 + (1.0 - commission) / (odds.value() - 1.0);
  if (!(others > 1.0)) {
    return InvalidField("odds", "so long that laying them earns nothing on the liability");
  }
  return DecimalOdds::Make(others);
}

}  // namespace fairline::domain
