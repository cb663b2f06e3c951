#pragma once
// What PostgreSQL and libpqxx throw, as a Status for whoever asked: plain words without host, path
// or SQL, because they can reach people. The whole text goes to the log, here and nowhere else.

#include "libs/core/status.hpp"

namespace fairline::storage {

struct Failure {
  absl::Status status;
  bool connection_lost = false;
  bool cannot_write = false;  // the disk is full, or the database takes no changes
};

// The exception that is being handled, to be called in a catch block only. 40001 and 40P01 are
// Aborted, 23505 AlreadyExists, 57014 DeadlineExceeded, 53xxx NoRoom (libs/core/no_room.hpp);
// Unavailable are 08xxx, 57Pxx, lost and refused connections, a commit of unknown outcome, 55P03 (a
// lock that did not come in time) and 25006 (a database that is read only); the rest is Internal.
[[nodiscard]] Failure FailureOfException();
[[nodiscard]] absl::Status StatusOfException();

// While it lives, errors of this thread are not logged: what is asked each second says so once.
class QuietErrors {
 public:
  QuietErrors();
  ~QuietErrors();
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;

 private:
  bool outer_;
};

}  // namespace fairline::storage
