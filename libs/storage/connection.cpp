#include "libs/storage/connection.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fairline::storage {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr std::chrono::seconds kOpenPatience{5};
constexpr std::chrono::hours kLongestSleep{1};

thread_local Moment open_by = Moment::max();

// Settings before "dbname" yield to what the connection string says.
PGconn* Begin(const std::string& url) {
  const std::array<const char*, 7> names = {"keepalives_idle",
                                            "keepalives_interval",
                                            "keepalives_count",
                                            "tcp_user_timeout",
                                            "options",
                                            "dbname",
                                            nullptr};
  const std::array<const char*, 7> values = {
      "10", "5", "3", "20000", "-c client_connection_check_interval=500", url.c_str(), nullptr};
  return PQconnectStartParams(names.data(), values.data(), 1);
}

// False when `deadline` comes first.
bool AwaitSocket(int socket, short events, Moment deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - system_clock::now()).count();
  if (left <= 0) return false;
  pollfd waiting{socket, events, 0};
  return ::poll(&waiting, 1, static_cast<int>(left)) != 0;
}

}  // namespace

OpenInTime::handle OpenInTime::do_startconnect(handle original) {
  if (original != nullptr) return original;
  const Moment deadline = std::min(open_by, system_clock::now() + kOpenPatience);
  PGconn* const made = Begin(options());
  if (made == nullptr) throw std::bad_alloc();
  std::string error;
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  if (PQstatus(made) == CONNECTION_BAD) state = PGRES_POLLING_FAILED;
  while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
    const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!AwaitSocket(PQsocket(made), events, deadline)) {
      error = "the server did not accept the connection in time";
      state = PGRES_POLLING_FAILED;
    } else {
      state = PQconnectPoll(made);
    }
  }
  if (state == PGRES_POLLING_OK) return made;
  if (error.empty()) error = PQerrorMessage(made);
  PQfinish(made);
  throw pqxx::broken_connection(error);
}

OpenBy::OpenBy(Moment deadline) : outer_(std::exchange(open_by, std::min(open_by, deadline))) {}

OpenBy::~OpenBy() { open_by = outer_; }

Connection::Connection(const std::string& url)
    : pqxx::basic_connection_base<OpenInTime>(url), socket_(::fcntl(sock(), F_DUPFD_CLOEXEC, 0)) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // Its own way of reconnecting waits without an end, and on a socket that nobody watches.
  inhibit_reactivation(true);
#pragma GCC diagnostic pop
  if (socket_ < 0) throw pqxx::broken_connection("no file descriptor is left");
}

Connection::~Connection() {
  disconnect();  // a socket that is cut meanwhile is this one still
  ::close(socket_);
}

void Connection::Cut() noexcept {
  cut_ = true;
  ::shutdown(socket_, SHUT_RDWR);
}

bool Connection::Usable() const noexcept {
  if (cut_ || !is_open()) return false;
  pollfd idle{socket_, POLLIN | POLLRDHUP, 0};
  return ::poll(&idle, 1, 0) == 0;
}

Watch::Watch() : thread_([this](const std::stop_token& stop) { Run(stop); }) {}

Watch::~Watch() = default;

void Watch::EndBy(Moment moment) {
  const std::lock_guard lock(mutex_);
  end_ = moment;
  WakeBy(moment);
}

Moment Watch::end() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

// Most deadlines come after one that the thread waits for already: then nobody is woken.
void Watch::WakeBy(Moment moment) {
  if (moment >= wake_) return;
  wake_ = moment;
  changed_.notify_all();
}

void Watch::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const Moment now = system_clock::now();
    Moment next = now + kLongestSleep;
    for (const auto& [deadline, guard] : guards_) {
      if (guard->cut_) continue;
      if (std::min(deadline, end_) > now) {
        next = std::min({next, deadline, end_});
        break;
      }
      guard->cut_ = true;
      guard->connection_.Cut();
    }
    wake_ = next;
    changed_.wait_until(lock, stop, next, [&] { return wake_ != next; });
  }
}

Watch::Guard::Guard(Watch& watch, Connection& connection, Moment deadline)
    : watch_(watch), connection_(connection) {
  const std::lock_guard lock(watch_.mutex_);
  place_ = watch_.guards_.emplace(deadline, this);
  watch_.WakeBy(std::min(deadline, watch_.end_));
}

Watch::Guard::~Guard() {
  const std::lock_guard lock(watch_.mutex_);
  watch_.guards_.erase(place_);
}

bool Watch::Guard::cut() const {
  const std::lock_guard lock(watch_.mutex_);
  return cut_;
}

}  // namespace fairline::storage
