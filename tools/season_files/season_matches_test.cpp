#include "tools/season_files/season_matches.hpp"

#include <fstream>
#include <map>
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
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] absl::StatusOr<SeasonMatches> Read() const {
    return ReadSeasonMatches(path_, testing::SourceDir() / "services/ingest/seed");
  }

 private:
  fs::path path_;
};

constexpr std::string_view kTwoMatches =
    "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,FTR\n"
    "E2,14/09/2024,A,B,2,1,H\nE2,21/09/2024,C,D,0,0,D\n";

TEST_CASE("a folder without season files is named", "[season_files]") {
  const Folder folder;
  CHECK(folder.Read().status().code() == absl::StatusCode::kNotFound);
  CHECK_THAT(MessageOf(folder.Read().status()),
             Catch::EndsWith("mmz4281: No such file or directory"));
  folder.Write("mmz4281", "a file");
  CHECK_THAT(MessageOf(folder.Read().status()), Catch::EndsWith("mmz4281: Not a directory"));
}

TEST_CASE("a folder of which no match can be read says why, file by file", "[season_files]") {
  const Folder folder;
  folder.Write("mmz4281/2425/notes.csv", "what I noticed\n");
  folder.Write("mmz4281/2425/E2.csv", "<html>Back soon</html>");
  const auto read = folder.Read();
  CHECK(read.status().code() == absl::StatusCode::kNotFound);
  CHECK_THAT(MessageOf(read.status()), Catch::Contains("no played match in a season file below"));
  CHECK_THAT(MessageOf(read.status()), Catch::Contains("2425/E2.csv: file: is a web page"));
  CHECK_THAT(MessageOf(read.status()), Catch::Contains("notes.csv: there is no division notes"));
}

TEST_CASE("a bad file never stops the others, and is named with its true cause", "[season_files]") {
  const Folder folder;
  folder.Write("mmz4281/2425/E2.csv", kTwoMatches);
  const std::map<std::string, std::pair<std::string, std::string>> bad = {
      {"2324/E0.csv", {"<html>Back soon</html>", "is a web page"}},
      {"2324/E1.csv", {"", "empty"}},
      {"2324/E2.csv",
       {"Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,FTR\nE0,14/09/2023,A,B,2,1,H\n",
        "1 of its 1 rows are not of E2 2324 (line 2: Div is not that of"}},
      {"2425/E0.csv",
       {std::string("\xFF\xFE"
                    "D\0i\0v\0",
                    8),
        "is UTF-16 text"}},
      {"2425/E1.csv",
       {"Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,FTR\nE1,14/09/2024,A,B,2,1,H\nE1,15/09/2024,C,Shef",
        "seems cut in transit: it ends within line 3: 4 of 7 cells"}},
      {"2425/X9.csv", {std::string(kTwoMatches), "there is no division X9"}},
      {"2425/notes.csv", {"nothing\n", "there is no division notes"}},
      {"2425/old/E2.csv", {std::string(kTwoMatches), "is not named like a season file"}},
      {"E2.csv", {std::string(kTwoMatches), "is not named like a season file"}},
      {"fixtures.csv", {std::string(kTwoMatches), "is not named like a season file"}},
  };
  for (const auto& [path, file] : bad) folder.Write("mmz4281/" + path, file.first);
  const auto read = folder.Read();
  INFO(read.status().ToString());
  REQUIRE(read.ok());
  CHECK(read->matches.size() == 2);
  REQUIRE(read->skipped.size() == bad.size());
  auto skipped = read->skipped.begin();
  for (const auto& [path, file] : bad) {
    CHECK_THAT(skipped->path.string(), Catch::EndsWith("mmz4281/" + path));
    CHECK_THAT(skipped->reason, Catch::Contains(file.second));
    ++skipped;
  }
}

TEST_CASE("links are followed, and those that lead nowhere or back are named", "[season_files]") {
  const Folder folder, elsewhere;
  elsewhere.Write("season/E2.csv", kTwoMatches);
  folder.Write("mmz4281/2324/readme.txt", "no CSV, no matter");
  fs::create_directory_symlink(elsewhere.path() / "season", folder.path() / "mmz4281/2425");
  fs::create_directory_symlink("..", folder.path() / "mmz4281/2324/back");
  fs::create_symlink("gone.csv", folder.path() / "mmz4281/2324/E2.csv");
  fs::create_symlink("gone", folder.path() / "mmz4281/2223");
  const auto read = folder.Read();
  REQUIRE(read.ok());
  CHECK(read->matches.size() == 2);
  REQUIRE(read->skipped.size() == 3);
  CHECK(read->skipped[0].path.filename() == "2223");
  CHECK(read->skipped[0].reason == "is a link to what is not there");
  CHECK(read->skipped[1].path.filename() == "E2.csv");
  CHECK_THAT(read->skipped[1].reason, Catch::EndsWith("No such file or directory"));
  CHECK(read->skipped[2].path.filename() == "back");
  CHECK(read->skipped[2].reason == "is a link to a folder that it stands in");
}

TEST_CASE("files and folders that may not be read are named", "[season_files]") {
  if (::geteuid() == 0) return;  // who may read everything
  const Folder folder;
  folder.Write("mmz4281/2425/E2.csv", kTwoMatches);
  folder.Write("mmz4281/2324/E2.csv", kTwoMatches);
  folder.Write("mmz4281/2223/E2.csv", kTwoMatches);
  fs::permissions(folder.path() / "mmz4281/2223", fs::perms::none);
  fs::permissions(folder.path() / "mmz4281/2324/E2.csv", fs::perms::none);
  const auto read = folder.Read();
  fs::permissions(folder.path() / "mmz4281/2223", fs::perms::owner_all);
  REQUIRE(read.ok());
  CHECK(read->matches.size() == 2);
  REQUIRE(read->skipped.size() == 2);
  CHECK(read->skipped[0].reason == "Permission denied");
  CHECK_THAT(read->skipped[1].reason, Catch::EndsWith("Permission denied"));
}

}  // namespace
}  // namespace fairline::season_files
