#include "libs/csv/reader.hpp"

#include <array>
#include <string>

#include <catch2/catch.hpp>

#include "libs/csv/named_columns.hpp"
#include "libs/csv/writer.hpp"

namespace fairline::csv {
namespace {

using Cells = std::vector<std::string>;
using Records = std::vector<Cells>;

Reader Opened(std::string_view bytes, Dialect dialect) {
  auto reader = Reader::Open(bytes, dialect);
  INFO(reader.status().ToString());
  REQUIRE(reader.ok());
  return *std::move(reader);
}

Records Read(std::string_view bytes, Dialect dialect = Dialect::kPublished) {
  Reader reader = Opened(bytes, dialect);
  Records records;
  while (reader.Next()) {
    Cells& cells = records.emplace_back();
    for (std::size_t k = 0; k < reader.size(); ++k) cells.emplace_back(reader.Cell(k));
  }
  INFO(reader.status().ToString());
  REQUIRE(reader.status().ok());
  return records;
}

Records FromSpreadsheet(std::string_view bytes) { return Read(bytes, Dialect::kSpreadsheet); }

// Why a file is not read, at once or at one of its lines.
std::string Refusal(std::string_view bytes, Dialect dialect) {
  auto reader = Reader::Open(bytes, dialect);
  while (reader.ok() && reader->Next()) {
  }
  return MessageOf(reader.ok() ? reader->status() : reader.status());
}

std::string Converted(std::string_view bytes) {
  std::string storage;
  return std::string(ToUtf8(bytes, storage));
}

TEST_CASE("Windows-1252 bytes become UTF-8 and UTF-8 stays", "[csv][text]") {
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

TEST_CASE("malformed UTF-8 is not UTF-8", "[csv][text]") {
  CHECK(IsUtf8("plain text of more than eight bytes"));
  CHECK(IsUtf8("\xF0\x9F\x98\x80"));
  CHECK_FALSE(IsUtf8("\xC0\x80"));
  CHECK_FALSE(IsUtf8("\xED\xA0\x80"));
  CHECK_FALSE(IsUtf8("\xF4\x90\x80\x80"));
  CHECK_FALSE(IsUtf8("cut \xE2\x82"));
}

TEST_CASE("lines end with LF, CRLF, CR or the end of the text", "[csv]") {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    CAPTURE(end);
    const std::string file = "a,b" + end + end + "c,d" + end + "e";
    Reader reader = Opened(file, Dialect::kPublished);
    REQUIRE(reader.Next());
    CHECK(reader.line() == 1);
    CHECK(reader.Cell(1) == "b");
    REQUIRE(reader.Next());
    CHECK(reader.line() == 3);
    CHECK(reader.Cell(0) == "c");
    REQUIRE(reader.Next());
    CHECK(reader.line() == 4);
    CHECK(reader.size() == 1);
    CHECK(reader.Cell(9).empty());
    CHECK_FALSE(reader.Next());
  }
  CHECK(Read("").empty());
}

TEST_CASE("records of blank cells are passed over, and blanks around cells are gone", "[csv]") {
  CHECK(Read(",,,\r\n\r\n \t ,\xC2\xA0\r\na, b\t,\xC2\xA0"
             "c d\xC2\xA0\r\n\"\",\" \"\r\n") == Records{{"a", "b", "c d"}});
}

TEST_CASE("quoted cells keep their commas and lose their quotes", "[csv]") {
  const std::string file = "a,\"Wiley, A. G.\", \"say \"\"no\"\"\" , b ,\"\"\nx,\" y \"";
  for (const Dialect dialect : {Dialect::kPublished, Dialect::kSpreadsheet}) {
    CHECK(Read(file, dialect) == Records{{"a", "Wiley, A. G.", "say \"no\"", "b", ""}, {"x", "y"}});
    Reader reader = Opened(file, dialect);
    REQUIRE(reader.Next());
    CHECK(reader.Verbatim(2) == "say \"no\"");
    CHECK(reader.Verbatim(3) == "b");
    REQUIRE(reader.Next());
    CHECK(reader.Verbatim(1) == " y ");
  }
}

TEST_CASE("in a published file a stray quote costs a cell, not the file", "[csv]") {
  CHECK(Read("\"a,b\nc,d\"e,\"f\" g,h\"\n\"i\nj\",k\n") ==
        Records{{"\"a", "b"}, {"c", "d\"e", "\"f\" g", "h\""}, {"\"i"}, {"j\"", "k"}});
}

TEST_CASE("in a spreadsheet's file quoted cells span lines and stray quotes refuse it", "[csv]") {
  Reader reader = Opened("a,\"two\r\nlines\rand\na third\",b\r\nc,d\r\n", Dialect::kSpreadsheet);
  REQUIRE(reader.Next());
  CHECK(reader.line() == 1);
  CHECK(reader.size() == 3);
  CHECK(reader.Cell(1) == "two\r\nlines\rand\na third");
  REQUIRE(reader.Next());
  CHECK(reader.line() == 5);
  const auto refusal = [](std::string_view bytes) { return Refusal(bytes, Dialect::kSpreadsheet); };
  CHECK(refusal("a,b\nc,\"d\n") == "line 2: a quote is not closed");
  CHECK(refusal("a,b\nc,\"d\ne\"f\n") == "line 3: a quote inside a cell");
  CHECK(refusal("a,b\"c\n") == "line 1: a quote inside a cell");
}

TEST_CASE("a spreadsheet's file says what separates its cells, or its first line shows it",
          "[csv]") {
  const Records expected{{"a", "b"}, {"1,5", "2"}};
  CHECK(FromSpreadsheet("a,b\n\"1,5\",2\n") == expected);
  CHECK(FromSpreadsheet("a;b\r1,5;2\r") == expected);
  CHECK(FromSpreadsheet("\xEF\xBB\xBF"
                        "a\tb\r\n1,5\t2") == expected);
  CHECK(FromSpreadsheet("sep=;\r\na;b\r\n1,5;2") == expected);
  CHECK(FromSpreadsheet("Sep=, \na,b\n\"1,5\",2\n") == expected);
  CHECK(FromSpreadsheet("\"a;b;c\",d\n") == Records{{"a;b;c", "d"}});
  CHECK(FromSpreadsheet("sep=\nx\n") == Records{{"sep="}, {"x"}});
  Reader reader = Opened("sep=;\na\n", Dialect::kSpreadsheet);
  REQUIRE(reader.Next());
  CHECK(reader.line() == 2);
  CHECK(reader.separator() == ';');
  CHECK(Refusal("sep=|\na|b\n", Dialect::kSpreadsheet).starts_with("says in its first line sep=|"));
}

TEST_CASE("a published file of other separators is refused by their name", "[csv]") {
  CHECK(Refusal("Div;Date\n", Dialect::kPublished) == "is separated by semicolons, not by commas");
  CHECK(Refusal("sep=;\nDiv;Date\n", Dialect::kPublished) ==
        "is separated by semicolons, not by commas");
  CHECK(Refusal("Div\tDate\n", Dialect::kPublished) == "is separated by tabs, not by commas");
  CHECK(Read("sep=,\na,b\n") == Records{{"a", "b"}});
  CHECK(Read("a;b;c,d\n") == Records{{"a;b;c", "d"}});
}

TEST_CASE("what is no CSV is refused by what it is", "[csv]") {
  using namespace std::string_view_literals;
  for (const Dialect dialect : {Dialect::kPublished, Dialect::kSpreadsheet}) {
    CHECK(Refusal("\xEF\xBB\xBF\n <!DOCTYPE html>\n", dialect) == "is a web page, not CSV");
    CHECK(Refusal("<HTML><body>404</body></html>", dialect) == "is a web page, not CSV");
    CHECK(Refusal("\xFF\xFE"
                  "D\0i\0"sv,
                  dialect)
              .starts_with("is UTF-16 text"));
    CHECK(Refusal("\0D\0i"sv, dialect).starts_with("is UTF-16 text"));
    CHECK(Refusal("PK\x03\x04", dialect).starts_with("is a workbook"));
    CHECK(Refusal("\xD0\xCF\x11\xE0\xA1\xB1", dialect).starts_with("is a workbook"));
    CHECK(Refusal("\x1F\x8B\x08", dialect).starts_with("is compressed by gzip"));
    CHECK(Refusal("%PDF-1.7\n", dialect) == "is a PDF document, not CSV");
    CHECK(Refusal("<!-- maintenance -->\n<p>Back soon</p>", dialect) == "is a web page, not CSV");
    CHECK(Refusal("{\"error\": \"quota\"}", dialect) == "is JSON, not CSV");
  }
}

TEST_CASE("a table with a short row or another header is refused", "[csv]") {
  constexpr std::array<std::string_view, 2> kColumns = {"a", "b"};
  const auto good = ReadTable("a,b\n1,2\n", kColumns);
  REQUIRE(good.ok());
  CHECK(good->at(0) == TableRow{"1", "2"});
  CHECK(MessageOf(ReadTable("a,b\n1\n", kColumns).status()).starts_with("line 2: "));
  CHECK_FALSE(ReadTable("b,a\n1,2\n", kColumns).ok());
  CHECK_FALSE(ReadTable("", kColumns).ok());
}

TEST_CASE("cells survive quotes, commas and line ends; formulas do not", "[csv]") {
  const Cells cells = {"plain", "a,b", "say \"hi\"", "two\r\nlines", ""};
  const std::string file = "\xef\xbb\xbf" + Line(cells) + "\r\n" + Line({"x", "y"});
  CHECK(FromSpreadsheet(file) == Records{cells, {"x", "y"}});
  CHECK(Line({"a b", "1.5", "x;y"}) == "a b,1.5,\"x;y\"\r\n");
  CHECK(HarmlessText("=HYPERLINK(\"http://x\")") == "'=HYPERLINK(\"http://x\")");
  for (const std::string text :
       {"=1+1", "+1", "-1", "@x", "\tx", "'=1", "''=1", "'x", "plain", ""}) {
    CAPTURE(text);
    const std::string safe = HarmlessText(text);
    CHECK((safe.empty() || std::string("=+-@\t\r").find(safe.front()) == std::string::npos));
    CHECK(PlainText(safe) == text);
  }
}

}  // namespace
}  // namespace fairline::csv
