#pragma once
// A whole Fairline for tests: the eight real programs on free ports over a private PostgreSQL and a
// static web server with the layout of the data site.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "libs/testing/http_server.hpp"
#include "libs/testing/postgres.hpp"
#include "tools/fairline/api_client.hpp"

namespace fairline::testing {

// The folder names below services/, in an order in which they may be started.
[[nodiscard]] const std::vector<std::string>& ServiceNames();

struct InstallationOptions {
  std::filesystem::path site;  // served as the data site
  std::string now;             // RFC 3339; where the as-of clock stands
  // What an older install left behind: its database (PrivatePostgres::StartFrom) and a tar archive
  // of its lake. Empty: everything is new.
  std::filesystem::path dump = {};
  std::filesystem::path lake = {};
};

class Installation {
 public:
  // Starts everything and waits until all services are healthy. Throws std::runtime_error when
  // that does not happen within a minute.
  explicit Installation(InstallationOptions options);
  // Stops the services by SIGTERM and removes all files.
  ~Installation();
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;

  // As the first admin.
  [[nodiscard]] cli::ApiClient& api() { return *api_; }
  // As another account; `username` signs in with `password`.
  [[nodiscard]] cli::ApiClient ApiAs(const std::string& username, const std::string& password);
  [[nodiscard]] StaticHttpServer& site() { return *site_; }
  [[nodiscard]] const std::string& url() const { return url_; }
  // Where a service answers gRPC, and the key that it believes callers by.
  [[nodiscard]] std::string AddressOf(const std::string& service) const;
  [[nodiscard]] std::string identity_key() const;

  // kill -9, without a successor.
  void Kill(const std::string& service);
  // Starts it with the same settings and ports, as a supervisor does.
  void Start(const std::string& service);
  // Stops it by SIGTERM and returns its exit code.
  int Terminate(const std::string& service);
  void AwaitHealthy(const std::string& service);
  // What its health service says now.
  [[nodiscard]] bool Healthy(const std::string& service) const;
  // SIGSTOP, until Resume.
  void Pause(const std::string& service) const;
  void Resume(const std::string& service) const;
  // Stops all services and starts them again with the as-of clock standing at `now`.
  void StandAt(const std::string& now);

  // Starts a run, of all competitions on the site unless `request` says otherwise; returns its id.
  [[nodiscard]] std::string StartRun(const nlohmann::json& request = nlohmann::json::object());
  // Waits while a service on the way is being restarted.
  [[nodiscard]] nlohmann::json Run(const std::string& run_id);
  // Waits for the run's end; throws after `patience`.
  [[nodiscard]] nlohmann::json AwaitRun(const std::string& run_id,
                                        std::chrono::seconds patience = std::chrono::seconds(240));

  // The first column of the only row, as the owner of the database.
  [[nodiscard]] std::int64_t Count(const std::string& sql) const;
  void Execute(const std::string& sql) const { postgres_->Execute(sql); }
  [[nodiscard]] std::string OwnerUrl() const { return postgres_->OwnerUrl(); }
  // What runs may add to, by name: matches, quotes, features, forecasts, versions and so on.
  [[nodiscard]] std::map<std::string, std::int64_t> RowCounts() const;

  [[nodiscard]] const PrivatePostgres& postgres() const { return *postgres_; }
  // The last lines of a service's log.
  [[nodiscard]] std::string LogTail(const std::string& service) const;

 private:
  [[nodiscard]] std::vector<std::string> EnvironmentOf(const std::string& service) const;
  void StartAll();
  void TerminateAll();

  InstallationOptions options_;
  std::filesystem::path folder_;
  std::unique_ptr<PrivatePostgres> postgres_;
  std::unique_ptr<StaticHttpServer> site_;
  std::map<std::string, int> ports_;
  std::map<std::string, int> pids_;
  std::string url_;
  std::unique_ptr<cli::ApiClient> api_;
};

// Asks until `happened` or throws after `patience`; `what` names what was waited for.
void Await(std::string_view what, const std::function<bool()>& happened,
           std::chrono::seconds patience = std::chrono::seconds(60));

// A small site: some divisions and seasons of the real files with the fixtures of 30 January 2026
// where there are real files, else fictional leagues; and the moment to stand at. Made in `folder`.
[[nodiscard]] InstallationOptions MakeSite(const std::filesystem::path& folder);

}  // namespace fairline::testing
