#include <array>
#include <string>

#include <catch2/catch.hpp>

#include "libs/sources/csv_table.hpp"
#include "libs/sources/record_splitter.hpp"
#include "libs/sources/text_encoding.hpp"

namespace fairline::sources {
namespace {

std::string Converted(std::string_view bytes) {
  std::string storage;
  return std::string(ToUtf8(bytes, storage));
}

TEST_CASE("Windows-1252 bytes become UTF-8 and UTF-8 stays", "[sources][text]") {
  CHECK(Converted("King\x92s Lynn") == "King\xE2\x80\x99s Lynn");
  CHECK(Converted("Kinh\xF6"
                  "fer") ==
        "Kinh\xC3\xB6"
        "fer");
  CHECK(Converted("Preu\xC3\x9F"
                  "en") ==
        "Preu\xC3\x9F"
        "en");
  CHECK(Converted("\xEF\xBB\xBF"
                  "Div") == "Div");
  CHECK(Converted(std::string_view("a\0b", 3)) ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(Converted("\xC3\x9F and \xDF") == "\xC3\x9F and \xC3\x9F");
}

TEST_CASE("malformed UTF-8 is not UTF-8", "[sources][text]") {
  CHECK(IsUtf8("plain text of more than eight bytes"));
  CHECK(IsUtf8("\xF0\x9F\x98\x80"));
  CHECK_FALSE(IsUtf8("\xC0\x80"));
  CHECK_FALSE(IsUtf8("\xED\xA0\x80"));
  CHECK_FALSE(IsUtf8("\xF4\x90\x80\x80"));
  CHECK_FALSE(IsUtf8("cut \xE2\x82"));
}

TEST_CASE("lines end with LF, CRLF or the end of the text", "[sources][text]") {
  LineReader lines("a\r\nb\n\nc");
  std::string_view line;
  REQUIRE(lines.Next(line));
  CHECK(line == "a");
  REQUIRE(lines.Next(line));
  CHECK(line == "b");
  REQUIRE(lines.Next(line));
  CHECK(line.empty());
  REQUIRE(lines.Next(line));
  CHECK(line == "c");
  CHECK(lines.line_number() == 4);
  CHECK_FALSE(lines.Next(line));
}

TEST_CASE("quoted cells keep their commas and lose their quotes", "[sources][text]") {
  RecordSplitter cells;
  cells.Split("a,\"Wiley, A. G.\",\"say \"\"no\"\"\", b ");
  REQUIRE(cells.size() == 4);
  CHECK(cells.Cell(1) == "Wiley, A. G.");
  CHECK(cells.Cell(2) == "say \"no\"");
  CHECK(cells.Cell(3) == "b");
  CHECK(cells.Cell(9).empty());
}

TEST_CASE("a quote that is never closed is an ordinary character", "[sources][text]") {
  RecordSplitter cells;
  cells.Split("\"a,b");
  REQUIRE(cells.size() == 2);
  CHECK(cells.Cell(0) == "\"a");
}

TEST_CASE("a last quoted cell ends the line and an empty line is one blank cell",
          "[sources][text]") {
  RecordSplitter cells;
  cells.Split("a,\"b\"");
  CHECK(cells.size() == 2);
  cells.Split("");
  CHECK(cells.AllBlank());
  cells.Split(",,, ,");
  CHECK(cells.size() == 5);
  CHECK(cells.AllBlank());
}

TEST_CASE("a table with a short row or another header is refused", "[sources][text]") {
  constexpr std::array<std::string_view, 2> kColumns = {"a", "b"};
  const auto good = ReadCsvTable("a,b\n1,2\n", kColumns);
  REQUIRE(good.ok());
  CHECK(good->at(0) == CsvRow{"1", "2"});
  CHECK_FALSE(ReadCsvTable("a,b\n1\n", kColumns).ok());
  CHECK_FALSE(ReadCsvTable("b,a\n1,2\n", kColumns).ok());
  CHECK_FALSE(ReadCsvTable("", kColumns).ok());
}

TEST_CASE("the bookmaker table refuses an unknown kind", "[sources][text]") {
  CHECK(ReadBookmakerSeed("source,prefix,code,name,kind\nx,PS,pinnacle,Pinnacle,bookmaker\n").ok());
  CHECK_FALSE(
      ReadBookmakerSeed("source,prefix,code,name,kind\nx,PS,pinnacle,Pinnacle,bank\n").ok());
}

}  // namespace
}  // namespace fairline::sources
