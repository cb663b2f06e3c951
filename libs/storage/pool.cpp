#include "libs/storage/pool.hpp"

#include <utility>

namespace fairline::storage {

Pool::Lease::~Lease() {
  const std::lock_guard lock(pool_.mutex_);
  if (connection && connection->Usable()) pool_.idle_.push_back(std::move(connection));
}

absl::StatusOr<std::unique_ptr<Pool::Lease>> Pool::Take(const std::string& caller,
                                                        Moment deadline) {
  auto turn = turns_.Take(caller, deadline);
  if (!turn) {
    return absl::UnavailableError(
        "the connections to the database are all in use; try again shortly");
  }
  std::unique_ptr<Lease> lease(new Lease(*this, *std::move(turn)));
  const std::lock_guard lock(mutex_);
  while (!lease->connection && !idle_.empty()) {
    if (idle_.back()->Usable()) lease->connection = std::move(idle_.back());
    idle_.pop_back();
  }
  return lease;
}

}  // namespace fairline::storage
