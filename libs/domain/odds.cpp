#include "libs/domain/odds.hpp"

namespace fairline::domain {
namespace {

absl::Status CheckCommission(double commission) {
  if (!(commission >= 0.0 && commission < 1.0)) {
    return InvalidField("commission", "from 0 up to but not including 1");
  }
  return absl::OkStatus();
}

}  // namespace

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
