#include <catch2/catch.hpp>

#include "libs/names/likeness.hpp"
#include "libs/names/name_finder.hpp"
#include "libs/names/pairing.hpp"

namespace fairline::names {
namespace {

NameFinder England() {
  return NameFinder({{1, "Nott'm Forest", false, true},
                     {1, "Nottingham Forest", true, true},
                     {2, "Notts County", false, true},
                     {3, "Man United", false, true},
                     {3, "Man Utd", true, true},
                     {4, "Man City", false, true},
                     {5, "Sheffield United", false, true},
                     {6, "Sheffield Weds", false, true},
                     {7, "Wimbledon", false, false},
                     {8, "AFC Wimbledon", false, true},
                     {9, "King’s Lynn", false, false},
                     {10, "Dag and Red", false, false}});
}

TEST_CASE("spellings of one name have one key", "[names]") {
  CHECK(Key(" Breda  Oost") == Key("BREDA OOST"));
  CHECK(Key("C\u00falem") == Key("Cu\u0301lem"));
  CHECK(Key("Fenerbahçe") == Key("FENERBAHCE"));
  CHECK(Key("King's Lynn") == Key("King’s Lynn"));
  CHECK(Key("St. Pauli") == Key("St Pauli"));
  CHECK(Key("Pacos\tFerreira") == "pacos ferreira");
  CHECK(Key("St-Étienne") == "st etienne");
  CHECK(Key("...").empty());
  CHECK(Key("Olympiakos (Volos)") == "olympiakos volos");
  CHECK(Key("Man City") != Key("Man United"));
}

TEST_CASE("a loose key is without what clubs have in common", "[names]") {
  CHECK(LooseKey("1. FC Heidenheim 1846") == "heidenheim");
  CHECK(LooseKey("Sheffield Utd") == LooseKey("Sheffield United"));
  CHECK(LooseKey("FC St. Pauli") == LooseKey("Saint Pauli"));
  CHECK(LooseKey("AC") == "ac");
}

TEST_CASE("likeness ranks spellings above other clubs", "[names]") {
  CHECK(Likeness("Arsenal", "ARSENAL") == 1.0);
  CHECK(Likeness("Nottingham Forest", "Nott'm Forest") >
        Likeness("Nottingham Forest", "Notts County"));
  CHECK(Likeness("Wolverhampton Wanderers", "Wolves") >
        Likeness("Wolverhampton Wanderers", "Wigan"));
  CHECK(Likeness("Leeds United", "Leeds") >= 0.9);
  CHECK(Likeness("", "Leeds") == 0.0);
  CHECK(Likeness("Xyz", "Leeds") == 0.0);
}

TEST_CASE("a name is found as people write it", "[names]") {
  const NameFinder finder = England();
  const auto id = [&](const char* written) { return finder.Find(written).id.value_or(0); };
  CHECK(id("nott'm forest") == 1);
  CHECK(id("Nott’m  Forest") == 1);
  CHECK(id("NOTTINGHAM FOREST") == 1);
  CHECK(id("Nottingham Forest FC") == 1);
  CHECK(id("Man Utd") == 3);
  CHECK(id("Sheffield Utd") == 5);
  CHECK(id("Sheffield Wednesday") == 6);
  CHECK(id("Kings Lynn") == 9);
}

TEST_CASE("what plays goes before its namesake that is gone", "[names]") {
  const NameFinder finder = England();
  CHECK(finder.Find("Wimbledon").id == 8);
  CHECK(finder.Find("AFC Wimbledon").id == 8);
}

TEST_CASE("what is not known is answered with the nearest", "[names]") {
  const NameFinder finder = England();
  const FoundName nottingham = finder.Find("Nottingham");
  CHECK_FALSE(nottingham.id.has_value());
  REQUIRE_FALSE(nottingham.nearest.empty());
  CHECK(nottingham.nearest.front() == "Nott'm Forest");
  CHECK_FALSE(finder.Find("Sheffield").id.has_value());
  CHECK_FALSE(finder.Find("").id.has_value());
  CHECK_FALSE(finder.Find("!").id.has_value());
  CHECK(NotKnown("Lees", "English Premier League", {"Leeds"}) ==
        "\"Lees\" is not known in English Premier League; the nearest is Leeds");
  CHECK(NotKnown("X", "", {"A", "B"}) == "\"X\" is not known; the nearest are A, B");
  CHECK(NotKnown("X", "", {}) == "\"X\" is not known");
}

TEST_CASE("a name of two is neither", "[names]") {
  const NameFinder finder({{1, "Rangers", false, true},
                           {2, "Queens Park Rangers", false, true},
                           {2, "Rangers", true, true}});
  const FoundName found = finder.Find("rangers");
  CHECK_FALSE(found.id.has_value());
  CHECK(found.nearest == std::vector<std::string>{"Rangers", "Queens Park Rangers"});
}

TEST_CASE("a pairing is split as people and pages write it", "[names]") {
  using Pair = std::pair<std::string, std::string>;
  const Pair wanted{"Nott'm Forest", "Crystal Palace"};
  for (const char* text :
       {"Nott'm Forest - Crystal Palace", "Nott'm Forest – Crystal Palace",
        "Nott'm Forest\u00a0– Crystal Palace", "Nott'm Forest–Crystal Palace",
        "Nott'm Forest — Crystal Palace", "Nott'm Forest v Crystal Palace",
        "Nott'm Forest vs. Crystal Palace", " Nott'm Forest  VS  Crystal Palace "}) {
    INFO(text);
    REQUIRE(SplitPairing(text).has_value());
    CHECK(*SplitPairing(text) == wanted);
  }
  CHECK(*SplitPairing("Saint-Etienne - Paris SG") == Pair("Saint-Etienne", "Paris SG"));
  for (const char* text : {"", "Arsenal", "Arsenal-Chelsea", "Arsenal - ", " – Chelsea", "–"}) {
    INFO(text);
    CHECK_FALSE(SplitPairing(text).has_value());
  }
}

}  // namespace
}  // namespace fairline::names
