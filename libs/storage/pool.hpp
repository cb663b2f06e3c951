#pragma once
// Who may use the connections of a process, and when.

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/core/turns.hpp"
#include "libs/storage/connection.hpp"

namespace fairline::storage {

// One caller never has more than a quarter of the connections, so that whoever waits for a lock or
// asks something slow leaves the rest to the others; the service's own work ("") may have all.
// Thread-safe.
class Pool {
 public:
  explicit Pool(int size) : turns_(size, std::max(1, size / 4)) {}

  // A place, with the connection that was last returned there; none is open at first and after
  // one that broke.
  class Lease {
   public:
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    std::unique_ptr<Connection> connection;  // kept for the next lease if it is open
   private:
    friend class Pool;
    Lease(Pool& pool, Turns::Turn turn) : pool_(pool), turn_(std::move(turn)) {}
    Pool& pool_;
    Turns::Turn turn_;
  };

  // Unavailable when there is none until `deadline`.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<Lease>> Take(const std::string& caller,
                                                            Moment deadline);

 private:
  Turns turns_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace fairline::storage
