#include "tools/demo_league/clubs.hpp"

#include <array>

namespace fairline::demo {
namespace {

constexpr std::array<std::string_view, 20> kEnglandTop = {
    "Aldermoor",  "Brackwater",  "Calderwick", "Dunmere",          "Eastholt",
    "Fernleigh",  "Garrowby",    "Hallowdean", "Inverstoke",       "Jarrowfield",
    "Kestrelham", "Longmarsh",   "Merrowdale", "Northbeck",        "Oakenford",
    "Penhallow",  "Quarrington", "Ravensmere", "Stonebridge Vale", "Thornwater"};
constexpr std::array<std::string_view, 24> kEnglandSecond = {
    "Ullsford",        "Vexley",       "Westerby",  "Yarnbrook",  "Ashcombe Rvs",  "Birkmoor",
    "Coldharbour Ath", "Deepwell",     "Elmsworth", "Foxbridge",  "Greywater",     "Hartsea",
    "Ironmouth",       "Kingsholt",    "Larkfield", "Millbourne", "Netherwick",    "Otterfield",
    "Pikehall",        "Redcliff Bay", "Saltersea", "Tidewell",   "Underwood Utd", "Wolverdale"};
constexpr std::array<std::string_view, 20> kSpain = {
    "Altomira",  "Benarosa", "Castroviejo",   "Doramar",       "Encinalta",
    "Fuentelar", "Garzalba", "Hontoria Real", "Isla Plata",    "Jaramonte",
    "Lomazul",   "Marvento", "Navaluz",       "Olivarena",     "Peñarrubia",
    "Quintamar", "Riosol",   "Sierralta",     "Torrenueva CF", "Valdemira"};
constexpr std::array<std::string_view, 18> kGermany = {
    "Auenfeld",   "Birkenau 09", "Dornbach",    "Eichenhain",  "Falkenwerder", "Grünhausen",
    "Hohenlinde", "Immenried",   "Kaltenbrunn", "Lindenau 04", "Mühlental",    "Neufurt",
    "Ostermark",  "Rabenstein",  "Silberbach",  "Tannenrode",  "Wiesenthal",   "Zellerfeld"};

constexpr std::array<DivisionPlan, 4> kDivisions = {{{"E0", kEnglandTop, 0.0},
                                                     {"E1", kEnglandSecond, -0.25},
                                                     {"SP1", kSpain, 0.0},
                                                     {"D1", kGermany, 0.0}}};

}  // namespace

std::span<const DivisionPlan> Divisions() { return kDivisions; }

}  // namespace fairline::demo
