#pragma once
// kill -9 of a service in the middle of a write, and not just about then: the table it writes to is
// locked, so that its transaction stands half done when the blow falls.

#include <functional>
#include <string>

#include "tests/integration/installation.hpp"

namespace fairline::testing {

struct Blow {
  std::string service;
  std::string table;   // that `writer` is writing to when it falls
  std::string writer;  // the database role
};

// Does `act`, which returns at once or runs beside this, waits until the writer is in mid-write,
// kills the service and starts it again.
void Strike(Installation& fairline, const Blow& blow, const std::function<void()>& act);

}  // namespace fairline::testing
