#include "libs/record/chain.hpp"

#include <vector>

#include <catch2/catch.hpp>

namespace fairline::record {
namespace {

Day On(std::string_view day) { return ParseDay(day).value(); }

std::vector<Seal> ThreeDays() {
  std::vector<Seal> seals;
  std::string previous(kNoSeal);
  for (const char* day : {"2026-01-30", "2026-01-31", "2026-02-03"}) {
    const std::vector<std::string> hashes = {LineHash(std::string("a") + day), LineHash("b")};
    seals.push_back(MakeSeal(On(day), hashes, previous));
    previous = seals.back().sha256;
  }
  return seals;
}

TEST_CASE("a seal is the hash that its description says", "[record]") {
  CHECK(LineHash("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
  // printf '%s\n' ca97...48bb | sha256sum
  const std::vector<std::string> one = {LineHash("a")};
  CHECK(LinesHash(one) == "34252b6345db4445ac18211577abc39b293a056401527b69b343c5bb72f4100e");
  CHECK(CheckChain(ThreeDays()).ok());
  CHECK(CheckChain({}).ok());
}

TEST_CASE("whatever is changed afterwards breaks the chain at its day", "[record]") {
  const auto breaks_at = [](const std::vector<Seal>& seals, std::string_view day) {
    const absl::Status status = CheckChain(seals);
    CHECK(status.code() == absl::StatusCode::kDataLoss);
    CHECK(MessageOf(status).find(day) == 0);
  };
  std::vector<Seal> seals = ThreeDays();
  SECTION("another number of lines") {
    seals[1].lines = 3;
    breaks_at(seals, "2026-01-31");
  }
  SECTION("other lines, sealed anew") {
    const std::vector<std::string> hashes = {LineHash("forged")};
    seals[1] = MakeSeal(seals[1].day, hashes, seals[0].sha256);
    breaks_at(seals, "2026-02-03");
  }
  SECTION("a day taken out") {
    seals.erase(seals.begin() + 1);
    breaks_at(seals, "2026-02-03");
  }
  SECTION("the first day taken out") {
    seals.erase(seals.begin());
    breaks_at(seals, "2026-01-31");
  }
  SECTION("days swapped") {
    std::swap(seals[0], seals[1]);
    breaks_at(seals, "2026-01-31");
  }
}

TEST_CASE("a day's lines are checked against its seal", "[record]") {
  const std::vector<std::string> hashes = {LineHash("a"), LineHash("b")};
  const Seal seal = MakeSeal(On("2026-01-30"), hashes, kNoSeal);
  CHECK(CheckLines(seal, hashes).ok());
  const std::vector<std::string> swapped = {hashes[1], hashes[0]};
  CHECK(CheckLines(seal, swapped).code() == absl::StatusCode::kDataLoss);
  const std::vector<std::string> fewer = {hashes[0]};
  CHECK(CheckLines(seal, fewer).code() == absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace fairline::record
