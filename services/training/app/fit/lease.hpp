#pragma once

#include <chrono>

#include "services/training/app/fit/ports.hpp"

namespace fairline::training {

// Renews a job's lease while work goes on; asked after every step, it writes only now and then. A
// database that does not answer loses nothing before the lease has run out. Not thread-safe.
class LeaseKeeper {
 public:
  LeaseKeeper(LeaseStore& store, const JobClaim& claim)
      : store_(store), claim_(claim), renewed_(std::chrono::steady_clock::now()) {}

  // False once the job is another's.
  [[nodiscard]] bool Keep() {
    const auto now = std::chrono::steady_clock::now();
    if (lost_ || now - renewed_ < kLease / 4) return !lost_;
    const absl::Status renewed = store_.RenewLease(claim_);
    if (renewed.ok()) renewed_ = now;
    lost_ = absl::IsAborted(renewed) || now - renewed_ > kLease;
    return !lost_;
  }

  [[nodiscard]] bool lost() const { return lost_; }

 private:
  LeaseStore& store_;
  JobClaim claim_;
  std::chrono::steady_clock::time_point renewed_;
  bool lost_ = false;
};

}  // namespace fairline::training
