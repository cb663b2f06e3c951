#pragma once
// One connection to PostgreSQL that cannot hold its thread for ever: opening it ends by a deadline,
// and so does whatever is asked of it, also while the server is frozen or the network is cut.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include <pqxx/pqxx>

namespace fairline::storage {

using Moment = std::chrono::system_clock::time_point;

// What pqxx opens a connection with: as its own does, but waiting no longer than the innermost
// OpenBy of the thread allows, five seconds outside any. The server is told to look each half
// second whether the client of a running statement is still there, and to stop it if not.
class OpenInTime final : public pqxx::connectionpolicy {
 public:
  using pqxx::connectionpolicy::connectionpolicy;
  handle do_startconnect(handle original) override;
};

class OpenBy {
 public:
  explicit OpenBy(Moment deadline);
  ~OpenBy();
  OpenBy(const OpenBy&) = delete;
  OpenBy& operator=(const OpenBy&) = delete;

 private:
  Moment outer_;
};

// Never reconnects by itself. To be used by one thread at a time, but for Cut.
class Connection final : public pqxx::basic_connection_base<OpenInTime> {
 public:
  // `url`: libpq's connection string or URI; what it says of time-outs wins. Throws
  // pqxx::broken_connection.
  explicit Connection(const std::string& url);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Ends the connection from any thread: what waits for the server fails at once.
  void Cut() noexcept;
  // Whether a statement may be tried on it: it was not cut, and the server has not hung up while it
  // was idle. One system call.
  [[nodiscard]] bool Usable() const noexcept;

 private:
  int socket_;  // a second descriptor of the socket: pqxx may close its own at any time
  std::atomic<bool> cut_{false};
};

// Cuts connections whose time is over. Thread-safe; has one thread of its own.
class Watch {
 public:
  Watch();
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // What is watched ends at this moment at the latest, now and in future.
  void EndBy(Moment moment);
  [[nodiscard]] Moment end() const;

  // While it lives, `connection` is cut when `deadline` passes.
  class Guard {
   public:
    Guard(Watch& watch, Connection& connection, Moment deadline);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    // Whether it came to that.
    [[nodiscard]] bool cut() const;

   private:
    friend class Watch;
    Watch& watch_;
    Connection& connection_;
    bool cut_ = false;
    std::multimap<Moment, Guard*>::iterator place_;
  };

 private:
  void Run(const std::stop_token& stop);
  void WakeBy(Moment moment);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Moment end_ = Moment::max();
  Moment wake_ = Moment::max();           // when the thread looks next
  std::multimap<Moment, Guard*> guards_;  // by deadline; a cut one stays until it ends
  std::jthread thread_;
};

}  // namespace fairline::storage
