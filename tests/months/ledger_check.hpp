#pragma once
// An account's book against the files.

#include "tests/months/bettor.hpp"
#include "tests/months/data_site.hpp"

namespace fairline::testing {

// Every bet of `bettor` stands as the files at `moment` and the rules of docs/ledger.md say, and
// the account, its statistics, its curve and its export agree with them to the cent.
void CheckLedger(const Bettor& bettor, const DataSite& site, Moment moment);

}  // namespace fairline::testing
