#include "libs/lake/lake.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "libs/core/sha256.hpp"

namespace fairline::lake {
namespace {

TEST_CASE("objects are kept whole, immutable and size-capped", "[lake]") {
  const std::string root = "/tmp/fairline-lake-test-" + std::to_string(::getpid());
  std::filesystem::remove_all(root);
  auto opened = Lake::Open("file://" + root);
  REQUIRE(opened.ok());
  Lake& lake = **opened;

  REQUIRE(lake.Put("source/x/a.csv", "one").ok());
  CHECK(lake.Get("source/x/a.csv", 10).value() == "one");
  CHECK(lake.Put("source/x/a.csv", "one").ok());
  CHECK(lake.Put("source/x/a.csv", "two").code() == absl::StatusCode::kAlreadyExists);
  CHECK(lake.Get("source/x/a.csv", 2).status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(lake.Get("source/x/b.csv", 9).status().code() == absl::StatusCode::kNotFound);
  REQUIRE(lake.Put("dashboards/d", "one").ok());
  CHECK(lake.Put("dashboards/d", "two").ok());

  for (const char* bad : {"source/../etc/passwd", "/etc/passwd", "other/x", "source//x", "source/",
                          "source/.hidden", ""}) {
    INFO(bad);
    CHECK(lake.Put(bad, "x").code() == absl::StatusCode::kInvalidArgument);
  }
  std::filesystem::remove_all(root);
}

TEST_CASE("an object that rotted is mended by the bytes that its name speaks of", "[lake]") {
  const std::string root = "/tmp/fairline-lake-test-" + std::to_string(::getpid());
  std::filesystem::remove_all(root);
  auto opened = Lake::Open("file://" + root);
  REQUIRE(opened.ok());
  Lake& lake = **opened;
  const std::string path = "source/x/E0." + Sha256Hex("the file").substr(0, 12) + ".csv";
  REQUIRE(lake.Put(path, "the file").ok());
  std::ofstream(root + "/" + path) << "the fil";
  CHECK(lake.Put(path, "another file").code() == absl::StatusCode::kAlreadyExists);
  REQUIRE(lake.Put(path, "the file").ok());
  CHECK(lake.Get(path, 100).value() == "the file");

  // Of a bundle, the manifest names the other files by their hashes.
  const std::string model = "models/" + Sha256Hex("manifest") + "/trees.json";
  REQUIRE(lake.Put(model, "trees").ok());
  std::ofstream(root + "/" + model) << "treez";
  CHECK(lake.Put(model, "trees").code() == absl::StatusCode::kAlreadyExists);
  REQUIRE(lake.Mend(model, "trees").ok());
  CHECK(lake.Get(model, 100).value() == "trees");
  std::filesystem::remove_all(root);
}

// A limit of the process on the size of a file, which is no more than a full disk to the lake.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : on_signal_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, on_signal_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*on_signal_)(int);
  rlimit before_{};
};

void CheckFull(Lake& lake, const std::string& root) {
  const std::string big(100'000, 'x');
  const absl::Status status = lake.Put("source/x/big.csv", big);
  CHECK(absl::IsResourceExhausted(status));
  CHECK(status.message() == "the disk of the lake is full: writing source/x/big.csv");
  CHECK(absl::IsResourceExhausted(lake.CheckWriting()));
  CHECK(absl::IsNotFound(lake.Get("source/x/big.csv", 1'000'000).status()));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    INFO(entry.path());
    CHECK((entry.is_directory() || entry.path().filename() == "small.csv"));
  }
}

TEST_CASE("a full disk is told as one, leaves nothing behind and heals", "[lake]") {
  const std::string root = "/tmp/fairline-lake-full-" + std::to_string(::getpid());
  std::filesystem::remove_all(root);
  std::filesystem::create_directory(root);
  SECTION("by a limit on files") {
    auto lake = Lake::Open("file://" + root).value();
    REQUIRE(lake->CheckWriting().ok());
    {
      const FileSizeLimit limit(50'000);
      REQUIRE(lake->Put("source/x/small.csv", "one").ok());
      CheckFull(*lake, root);
    }
    CHECK(lake->CheckWriting().ok());
    CHECK(lake->Put("source/x/big.csv", "two").ok());
  }
  SECTION("by a small disk, where one may be mounted") {
    if (::mount("tmpfs", root.c_str(), "tmpfs", 0, "size=48k") != 0) {
      WARN("skipped: no right to mount a small disk");
    } else {
      auto lake = Lake::Open("file://" + root).value();
      REQUIRE(lake->Put("source/x/small.csv", "one").ok());
      CheckFull(*lake, root);
      lake.reset();
      ::umount2(root.c_str(), MNT_DETACH);
    }
  }
  std::filesystem::remove_all(root);
}

TEST_CASE("only absolute file URLs are opened", "[lake]") {
  CHECK_FALSE(Lake::Open("file://relative").ok());
  CHECK_FALSE(Lake::Open("/tmp/x").ok());
}

}  // namespace
}  // namespace fairline::lake
