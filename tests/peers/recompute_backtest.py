"""Works a backtest's figures out anew from its bets, with nothing but Python; fails on a difference.

    fairline backtest files DIR --bets bets.csv --json result.json
    tests/peers/recompute_backtest.py bets.csv result.json [COMMISSION]

Every profit is settled again, the bankroll is followed day by day, and yield, growth, fall, runs,
closing-line value (power method) and seasons are compared with the report's.
"""

import csv
import json
import math
import sys
from collections import defaultdict

OUTCOMES = ["home", "draw", "away"]


def fair(odds):
    """Probabilities of a book without its margin: (1/odds)^k that sum to 1."""
    low, high = 0.5, 4.0
    for _ in range(200):
        power = (low + high) / 2
        if sum((1 / price) ** power for price in odds) > 1:
            low = power
        else:
            high = power
    return [(1 / price) ** power for price in odds]


def main(bets_file, result_file, commission=0.0):
    with open(bets_file, encoding="utf-8") as file:
        bets = list(csv.DictReader(file))
    with open(result_file, encoding="utf-8") as file:
        report = json.load(file)["report"]
    failures = []

    def same(what, ours, theirs):
        if not math.isclose(ours, theirs, rel_tol=1e-7, abs_tol=1e-7):
            failures.append(f"{what}: {ours} by its bets, {theirs} in the report")

    days = defaultdict(list)
    for bet in bets:
        days[bet["match_date"]].append(bet)
    equity = {day["date"]: day["bankroll_minor_units"] for day in report["equity"]}
    bankroll = height = report["start_minor_units"]
    staked = growth = deepest = flat = 0
    runs = {True: 0, False: 0}
    longest = dict(runs)
    closing = []
    seasons = defaultdict(int)
    for day in sorted(days):
        morning = bankroll
        for bet in days[day]:
            stake, odds, won = int(bet["stake_minor_units"]), float(bet["odds"]), bet["won"] == "1"
            net = (odds - 1) * (1 - commission)
            profit = math.floor(stake * net + 0.5 + 1e-9) if won else -stake
            same(f"profit of match {bet['match_id']}", profit, int(bet["profit_minor_units"]))
            if abs(float(bet["probability"]) * (1 + net) - 1 - float(bet["edge"])) > 1e-5 * odds:
                failures.append(f"edge of match {bet['match_id']}")
            bankroll += profit
            staked += stake
            seasons[bet["season_start"]] += profit
            flat += net if won else -1
            runs[won], runs[not won] = runs[won] + 1, 0
            longest[won] = max(longest[won], runs[won])
            line = [float(bet[f"closing_{i}"]) for i in (1, 2, 3) if bet[f"closing_{i}"]]
            if len(line) == 3:
                closing.append((1 + net) * fair(line)[OUTCOMES.index(bet["outcome"])] - 1)
        same(f"bankroll of {day}", bankroll, equity[day])
        growth += math.log(bankroll / morning)
        height = max(height, bankroll)
        deepest = max(deepest, 1 - bankroll / height)

    same("bets", len(bets), report["bets"])
    same("end", bankroll, report["end_minor_units"])
    same("staked", staked, report["staked_minor_units"])
    same("yield", (bankroll - report["start_minor_units"]) / staked, report["yield"]["value"])
    same("flat yield", flat / len(bets), report["flat_yield"]["value"])
    same("growth", growth, report["log_growth"]["value"])
    same("deepest fall", deepest, report["max_drawdown"])
    same("bets won in a row", longest[True], report["longest_winning_run"])
    same("bets lost in a row", longest[False], report["longest_losing_run"])
    if closing:
        same("closing-line value", sum(closing) / len(closing),
             report["closing_line_value"]["value"])
    for season in report["by_season"]:
        same(season["label"], seasons[season["label"][:4]], season["profit_minor_units"])
    for failure in failures:
        print(failure)
    print(f"{len(bets)} bets: {'DIFFERENT' if failures else 'the same to rounding'}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 0.0))
