#include "libs/core/call_scope.hpp"

#include <utility>

namespace fairline {
namespace {

thread_local const CallScope* current = nullptr;

}  // namespace

CallScope::CallScope(Deadline deadline, std::string caller)
    : deadline_(deadline), caller_(std::move(caller)), outer_(current) {
  current = this;
}

CallScope::~CallScope() { current = outer_; }

const CallScope* CallScope::Current() { return current; }

}  // namespace fairline
