#pragma once
// Instants to and from protos; the one place.

#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include "libs/core/date.hpp"

namespace fairline::rpc {

[[nodiscard]] inline google::protobuf::Timestamp ToTimestamp(Instant instant) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
      instant.time_since_epoch().count());
}

// Microseconds; what is finer is cut.
[[nodiscard]] inline Instant ToInstant(const google::protobuf::Timestamp& timestamp) {
  return Instant(std::chrono::seconds(timestamp.seconds()) +
                 std::chrono::microseconds(timestamp.nanos() / 1000));
}

}  // namespace fairline::rpc
