#include "services/accounts/storage/change_notices.hpp"

#include <charconv>

#include "libs/telemetry/log.hpp"

namespace fairline::accounts {
namespace {

constexpr char kChannel[] = "accounts_changed";
// Instead of ids: every account.
constexpr char kAll[] = "*";
// A payload is less than 8000 bytes; so many changes at once concern most of what is remembered.
constexpr std::size_t kMaxIds = 300;
// Changes that come so close together share a notice.
constexpr std::chrono::milliseconds kGather{20};
constexpr std::chrono::milliseconds kReconnect{500};
constexpr std::chrono::seconds kListenPatience{5};

// Losing a notice costs a second, so its commit need not wait for the disk.
constexpr char kNotify[] =
    "SELECT set_config('synchronous_commit', 'off', true), pg_notify('accounts_changed', $1)";

class Receiver final : public pqxx::notification_receiver {
 public:
  Receiver(pqxx::connection_base& connection, Accounts& accounts)
      : notification_receiver(connection, kChannel), accounts_(accounts) {}

  void operator()(const std::string& payload, int /*backend*/) override {
    const char* at = payload.data();
    const char* const end = at + payload.size();
    while (at < end) {
      UserId user_id;
      const auto [after, error] = std::from_chars(at, end, user_id.value);
      if (error != std::errc{}) return accounts_.ForgetAll();
      accounts_.Forget(user_id);
      at = after + 1;
    }
  }

 private:
  Accounts& accounts_;
};

}  // namespace

PgChangeNotices::PgChangeNotices(storage::Database& database)
    : database_(database), thread_([this] { Run(); }) {}

PgChangeNotices::~PgChangeNotices() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  woken_.notify_one();
  thread_.join();
}

void PgChangeNotices::Publish(UserId user_id) {
  const std::lock_guard lock(mutex_);
  if (all_) return;
  waiting_.insert(user_id);
  all_ = waiting_.size() > kMaxIds;
  woken_.notify_one();
}

void PgChangeNotices::PublishAll() {
  const std::lock_guard lock(mutex_);
  all_ = true;
  woken_.notify_one();
}

void PgChangeNotices::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    woken_.wait(lock, [this] { return ending_ || all_ || !waiting_.empty(); });
    if (!all_ && waiting_.empty()) return;
    std::string payload;
    if (all_) payload = kAll;
    for (const UserId user_id : waiting_) {
      if (all_) break;
      payload += (payload.empty() ? "" : " ") + std::to_string(user_id.value);
    }
    waiting_.clear();
    all_ = false;
    lock.unlock();
    const absl::Status sent = database_.Read([&](pqxx::nontransaction& query) {
      query.exec_params(kNotify, payload);
      return absl::OkStatus();
    });
    if (!sent.ok()) telemetry::Warn("notice lost", {{"error", sent.ToString()}});
    lock.lock();
    woken_.wait_for(lock, kGather, [this] { return ending_; });
  }
}

ChangeListener::ChangeListener(storage::Database& database, Accounts& accounts)
    : database_(database), accounts_(accounts) {
  Listen();
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

ChangeListener::~ChangeListener() {
  thread_ = {};
  // Nothing is to be said any more to a server that may not listen.
  if (connection_) connection_->Cut();
}

void ChangeListener::Listen() {
  receiver_.reset();
  connection_.reset();
  auto connected = database_.Connect();
  if (!connected.ok()) {
    telemetry::Warn("no notices are heard", {{"error", connected.status().ToString()}});
    return;
  }
  try {
    connection_ = *std::move(connected);
    const storage::Watch::Guard guard(database_.watch(), *connection_,
                                      std::chrono::system_clock::now() + kListenPatience);
    receiver_ = std::make_unique<Receiver>(*connection_, accounts_);
    // What was changed before this moment was not heard.
    accounts_.ForgetAll();
  } catch (const std::exception& error) {
    telemetry::Warn("no notices are heard", {{"error", error.what()}});
    receiver_.reset();
    connection_.reset();
  }
}

void ChangeListener::Run(const std::stop_token& stop) {
  constexpr long kSliceMicroseconds = 250'000;
  while (!stop.stop_requested()) {
    if (!connection_) {
      std::this_thread::sleep_for(kReconnect);
      Listen();
      continue;
    }
    try {
      connection_->await_notification(0, kSliceMicroseconds);
    } catch (const std::exception& error) {
      telemetry::Warn("no notices are heard", {{"error", error.what()}});
      receiver_.reset();
      connection_.reset();
    }
  }
}

}  // namespace fairline::accounts
