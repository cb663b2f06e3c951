#include "services/training/storage/pg_checkpoints.hpp"

#include <pqxx/binarystring>

namespace fairline::training {
namespace {

constexpr char kFind[] =
    "UPDATE training.checkpoints SET last_used_at = now() WHERE key = $1 RETURNING booster";
constexpr char kSave[] =
    "INSERT INTO training.checkpoints (key, booster) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
constexpr char kForgetUnused[] =
    "DELETE FROM training.checkpoints WHERE last_used_at < now() - interval '60 days'";

}  // namespace

absl::StatusOr<std::optional<std::string>> PgCheckpoints::Find(std::string_view key) {
  std::optional<std::string> booster;
  RETURN_IF_ERROR(database_.Transact({}, [&](pqxx::work& transaction) {
    booster.reset();
    const pqxx::result rows = transaction.exec_params(kFind, std::string(key));
    if (!rows.empty()) booster = pqxx::binarystring(rows[0][0]).str();
    return absl::OkStatus();
  }));
  return booster;
}

absl::Status PgCheckpoints::Save(std::string_view key, std::string_view bytes) {
  return database_.Transact({}, [&](pqxx::work& transaction) {
    transaction.exec_params(kSave, std::string(key),
                            pqxx::binarystring(bytes.data(), bytes.size()));
    transaction.exec(kForgetUnused);
    return absl::OkStatus();
  });
}

}  // namespace fairline::training
