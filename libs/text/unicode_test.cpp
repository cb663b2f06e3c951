#include "libs/text/unicode.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace fairline::text {
namespace {

// Expected: the code charts of Unicode, and Python's unicodedata.normalize.
constexpr const char* kComposed = "P\u00E4sswort";
constexpr const char* kDecomposed = "Pa\u0308sswort";

TEST_CASE("a text is one text however its accents were sent", "[text][nfc]") {
  CHECK(Nfc(kDecomposed) == kComposed);
  CHECK(Nfc(kComposed) == kComposed);
  CHECK(Nfc("plain ASCII, 1-0") == "plain ASCII, 1-0");
  CHECK(Nfc("") == "");
  // Two marks in either order; Hangul.
  CHECK(Nfc("e\u0323\u0302") == "\u1EC7");
  CHECK(Nfc("e\u0302\u0323") == "\u1EC7");
  CHECK(Nfc("\u1112\u1161\u11AB") == "\uD55C");
  // Form C keeps compatibility characters apart.
  CHECK(Nfc("\uFB01") == "\uFB01");
}

TEST_CASE("bytes that are no UTF-8 stay as they are", "[text]") {
  const std::string cut = "Malm\xC3";
  CHECK(Nfc(cut) == cut);
  CHECK(FoldForSearch(cut) == cut);
  CHECK(OpaqueString(cut) == cut);
  CHECK(CountCharacters(cut) == 5);
}

TEST_CASE("a name is found without its accents and case", "[text][fold]") {
  CHECK(FoldForSearch("TURKEY SÜPER LIG") == "turkey super lig");
  CHECK(FoldForSearch("S\u00FCper L\u0130g") == "super lig");
  CHECK(FoldForSearch("Kas\u0131mpa\u015Fa") == "kasimpasa");
  CHECK(FoldForSearch("Fenerbah\u00E7e") == "fenerbahce");
  CHECK(FoldForSearch("Bayern Mu\u0308nchen") == "bayern munchen");
  CHECK(FoldForSearch("Br\u00F8ndby") == "brondby");
  CHECK(FoldForSearch("\u0141\u00F3d\u017A") == "lodz");
  CHECK(FoldForSearch("Gro\u00DFaspach") == "grossaspach");
  CHECK(FoldForSearch("\u00C6gir") == "aegir");
  CHECK(FoldForSearch("\u0110urgarden") == "durgarden");
}

TEST_CASE("blanks and dashes of any kind are found as typed", "[text][fold]") {
  CHECK(FoldForSearch("  Man \u00A0 Utd\t") == "man utd");
  CHECK(FoldForSearch("Nott\u2019m Forest \u2013 Crystal Palace") ==
        "nott'm forest - crystal palace");
  CHECK(FoldForSearch("   ") == "");
  CHECK(FoldForSearch("St. Pauli") == "st. pauli");
  CHECK(FoldForSearch("\uFF25\uFF30\uFF2C") == "epl");
}

TEST_CASE("folding twice is folding once", "[text][fold]") {
  for (const char* name : {"TURKEY SÜPER LİG", "Nott’m  Forest", "Łódź", "Σίσυφος", "한글", "ﬁn"}) {
    const std::string once = FoldForSearch(name);
    CHECK(FoldForSearch(once) == once);
  }
}

TEST_CASE("a password is compared by RFC 8265", "[text][password]") {
  CHECK(OpaqueString(kDecomposed) == OpaqueString(kComposed));
  CHECK(OpaqueString("a\u00A0b\u3000c") == "a b c");
  CHECK(OpaqueString(" Case Stays ") == " Case Stays ");
  // RFC 8265, section 4.3: no compatibility mapping.
  CHECK(OpaqueString("\uFB01") == "\uFB01");
}

TEST_CASE("characters are counted, not bytes", "[text][password]") {
  CHECK(CountCharacters("Aa1!\u00FC\u20AC") == 6);
  CHECK(CountCharacters(kComposed) == 8);
  CHECK(CountCharacters(kDecomposed) == 8);
  CHECK(CountCharacters("\U0001F600") == 1);
  CHECK(CountCharacters("") == 0);
}

TEST_CASE("letters of any script have their case", "[text][password]") {
  const CharacterKinds kinds = KindsOf("\u00C4\u00F6");
  CHECK(kinds.upper_case);
  CHECK(kinds.lower_case);
  CHECK_FALSE(kinds.digit);
  CHECK_FALSE(kinds.control);
  CHECK(KindsOf("\t").control);
  CHECK(KindsOf("7").digit);
}

}  // namespace
}  // namespace fairline::text
