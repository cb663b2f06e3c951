#include "tools/season_files/season_matches.hpp"

#include <fstream>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "libs/testing/data.hpp"

namespace fairline::season_files {
namespace {

namespace fs = std::filesystem;

// An empty folder that is gone with this object.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / "season-files-XXXXXX") {
    std::string name = path_.string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void Write(const fs::path& name, std::string_view text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] absl::StatusOr<SeasonMatches> Read() const {
    return ReadSeasonMatches(path_, testing::SourceDir() / "services/ingest/seed");
  }

 private:
  fs::path path_;
};

TEST_CASE("a folder without season files is named", "[season_files]") {
  const Folder folder;
  CHECK(folder.Read().status().code() == absl::StatusCode::kNotFound);
  CHECK(MessageOf(folder.Read().status()).find("mmz4281: No such file") != std::string::npos);
}

TEST_CASE("files of no known competition are passed over by name", "[season_files]") {
  const Folder folder;
  folder.Write("mmz4281/2425/notes.csv", "what I noticed\nnothing\n");
  folder.Write("mmz4281/2425/old/notes.csv", "nothing\n");
  folder.Write("mmz4281/2425/E2.csv",
               "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,FTR\rE2,14/09/2024,A,B,2,1,H\r"
               "E2,21/09/2024,C,D,0,0,D\r");
  const auto read = folder.Read();
  INFO(read.status().ToString());
  REQUIRE(read.ok());
  CHECK(read->matches.size() == 2);
  REQUIRE(read->passed_over.size() == 2);
  CHECK(read->passed_over[0].ends_with("2425/notes.csv"));
  CHECK(read->passed_over[1].ends_with("old/notes.csv"));
}

TEST_CASE("a refused file of a known competition is named", "[season_files]") {
  const Folder folder;
  folder.Write("mmz4281/2425/E2.csv", "<html>Back soon</html>");
  const std::string message = MessageOf(folder.Read().status());
  CHECK(message.find("2425/E2.csv: file: is a web page, not CSV") != std::string::npos);
}

}  // namespace
}  // namespace fairline::season_files
