// Whatever is written is read back, and how a file's records are cut apart depends on no others.
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "libs/csv/reader.hpp"
#include "libs/csv/writer.hpp"

namespace fairline::csv {
namespace {

using Cells = std::vector<std::string>;
using Records = std::vector<Cells>;

Records Read(std::string_view bytes, Dialect dialect) {
  auto reader = Reader::Open(bytes, dialect);
  RC_ASSERT(reader.ok());
  Records records;
  while (reader->Next()) {
    Cells& cells = records.emplace_back();
    for (std::size_t k = 0; k < reader->size(); ++k) cells.emplace_back(reader->Verbatim(k));
  }
  RC_ASSERT(reader->status().ok());
  return records;
}

std::string Text(bool line_ends) {
  std::string text;
  const auto pieces = *rc::gen::inRange(0, 8);
  for (int k = 0; k < pieces; ++k) {
    text += *rc::gen::element<std::string>(
        "a", "Leeds", "7", ".", ",", ";", "\t", "\"", "\"\"", " ", "\xC2\xA0", "\xC3\xA9", "'", "=",
        "sep=", "<html>", "PK\x03\x04", "\xEF\xBB\xBF", "\xF0\x9F\x98\x80", line_ends ? "\n" : "-",
        line_ends ? "\r" : "+", line_ends ? "\r\n" : "@");
  }
  return text;
}

// Records of which none is blank.
Records AnyRecords(bool line_ends) {
  Records records(*rc::gen::inRange<std::size_t>(1, 6));
  for (Cells& cells : records) {
    const auto count = *rc::gen::inRange(1, 5);
    for (int k = 0; k < count; ++k) cells.push_back(Text(line_ends));
    cells[*rc::gen::inRange<std::size_t>(0, cells.size())] += 'x';
  }
  return records;
}

std::string Written(const Records& records, char separator) {
  std::string file;
  for (const Cells& cells : records) file += Line(cells, separator);
  return file;
}

TEST_CASE("what is written is read back, whatever the text", "[csv][property]") {
  CHECK(rc::check("spreadsheets, commas", [] {
    const Records records = AnyRecords(true);
    RC_ASSERT(Read(Written(records, ','), Dialect::kSpreadsheet) == records);
  }));
  CHECK(rc::check("spreadsheets, another separator", [] {
    const Records records = AnyRecords(true);
    const char separator = *rc::gen::element(';', '\t');
    const std::string file = std::string("sep=") + separator + "\r\n" + Written(records, separator);
    RC_ASSERT(Read(file, Dialect::kSpreadsheet) == records);
  }));
  CHECK(rc::check("published files", [] {
    const Records records = AnyRecords(false);
    RC_ASSERT(Read(Written(records, ','), Dialect::kPublished) == records);
  }));
}

TEST_CASE("the separator is found in what was written by any", "[csv][property]") {
  CHECK(rc::check([] {
    Records records = AnyRecords(true);
    records.front() = {Text(true) + 'x', Text(true)};
    const char separator = *rc::gen::element(',', ';', '\t');
    RC_ASSERT(Read(Written(records, separator), Dialect::kSpreadsheet) == records);
  }));
}

// Neither is there state between records: a file cut at any of them reads as its parts do.
TEST_CASE("a file in two parts reads as one", "[csv][property]") {
  CHECK(rc::check([] {
    const auto dialect = *rc::gen::element(Dialect::kPublished, Dialect::kSpreadsheet);
    const bool line_ends = dialect == Dialect::kSpreadsheet;
    const Records first = AnyRecords(line_ends);
    const Records second = AnyRecords(line_ends);
    Records both = Read(Written(first, ','), dialect);
    for (const Cells& cells : Read(Written(second, ','), dialect)) both.push_back(cells);
    RC_ASSERT(Read(Written(first, ',') + Written(second, ','), dialect) == both);
  }));
}

TEST_CASE("the line's end makes no difference to records or their numbers", "[csv][property]") {
  const auto numbered = [](std::string_view bytes, Dialect dialect) {
    std::vector<std::pair<int, Cells>> records;
    auto reader = Reader::Open(bytes, dialect);
    if (!reader.ok()) return records;
    while (reader->Next()) {
      auto& [line, cells] = records.emplace_back();
      line = reader->line();
      for (std::size_t k = 0; k < reader->size(); ++k) cells.emplace_back(reader->Cell(k));
    }
    records.push_back({reader->status().ok() ? 0 : -1, {MessageOf(reader->status())}});
    return records;
  };
  CHECK(rc::check([&] {
    std::string lines[3];
    const auto pieces = *rc::gen::inRange(0, 30);
    for (int k = 0; k < pieces; ++k) {
      const std::string piece =
          *rc::gen::element<std::string>("a", ",", "\"", " ", "\xC3\xA9", "1.5", "\n", "\n");
      const std::string ends[3] = {"\n", "\r\n", "\r"};
      for (int e = 0; e < 3; ++e) lines[e] += piece == "\n" ? ends[e] : piece;
    }
    RC_ASSERT(numbered(lines[0], Dialect::kPublished) == numbered(lines[1], Dialect::kPublished));
    RC_ASSERT(numbered(lines[0], Dialect::kPublished) == numbered(lines[2], Dialect::kPublished));
  }));
}

TEST_CASE("any bytes become UTF-8, and UTF-8 without zeros stays itself", "[csv][property]") {
  CHECK(rc::check([](const std::string& bytes) {
    std::string storage;
    const std::string once(ToUtf8(bytes, storage));
    RC_ASSERT(csv::IsUtf8(once));
    std::string again;
    if (!once.starts_with("\xEF\xBB\xBF")) RC_ASSERT(ToUtf8(once, again) == once);
  }));
}

TEST_CASE("any bytes are read or refused, in either dialect", "[csv][property]") {
  CHECK(rc::check([](const std::string& bytes) {
    for (const Dialect dialect : {Dialect::kPublished, Dialect::kSpreadsheet}) {
      auto reader = Reader::Open(bytes, dialect);
      if (!reader.ok()) continue;
      int last = 0;
      while (reader->Next()) {
        RC_ASSERT(reader->line() > last);
        last = reader->line();
        for (std::size_t k = 0; k < reader->size(); ++k) {
          RC_ASSERT(IsUtf8(reader->Cell(k)));
          RC_ASSERT(TrimBlanks(reader->Cell(k)) == reader->Cell(k));
        }
      }
    }
  }));
}

}  // namespace
}  // namespace fairline::csv
