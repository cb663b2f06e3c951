"""Random Kelly problems, solved here and by others; fails when another's stakes grow faster.

single      penaltyblog's kelly_criterion, to 1e-12
exclusive   cvxpy with Clarabel's exponential cone, to 1e-6 of log growth; penaltyblog's
            multiple_kelly_criterion (SLSQP) is never better
joint       cvxpy over every joint state spelt out, to 1e-6 of log growth and to the reported gap
"""

import json
import math
import random
import subprocess
import sys
import warnings

import cvxpy
import numpy
from penaltyblog.betting import kelly_criterion, multiple_kelly_criterion

TOLERANCE = 1e-6
MOST_STATES = 400


class Fairline:
    def __init__(self, program):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer


def any_probabilities(rng, outcomes):
    kind = rng.random()
    if kind < 0.05:
        certain = rng.randrange(outcomes)
        return [1.0 if i == certain else 0.0 for i in range(outcomes)]
    weights = [rng.random() ** rng.choice([1, 1, 3, 8]) for _ in range(outcomes)]
    if kind < 0.15:
        weights[rng.randrange(outcomes)] = 0.0
    total = sum(weights)
    return [weight / total for weight in weights]


def any_odds(rng, probability, kind):
    if kind == "any":
        return 1.0 + math.exp(rng.uniform(math.log(1e-4), math.log(999)))
    generosity = {
        "fair": lambda: rng.uniform(0.85, 1.15),
        "thin": lambda: 1.0 + rng.uniform(-1, 1) * 10 ** rng.uniform(-9, -3),
        "rich": lambda: rng.uniform(1.0, 3.0),
    }[kind]()
    return min(1000.0, max(1.0001, generosity / max(probability, 1e-3)))


PRICES = ["fair", "fair", "fair", "thin", "rich", "any"]


def any_match(rng, kind):
    outcomes = rng.choice([2, 3, 3, rng.randint(4, 6)])
    probabilities = any_probabilities(rng, outcomes)
    bets = []
    for outcome in range(outcomes):
        for _ in range(rng.choice([0, 1, 1, 2])):
            bet = {"outcome": outcome, "odds": any_odds(rng, probabilities[outcome], kind)}
            bet["lay"] = rng.random() < 0.15
            bet["commission"] = rng.choice([0.0, 0.0, 0.02, 0.05])
            bet["max_fraction"] = rng.choice([1.0, 1.0, rng.uniform(0, 0.1)])
            bets += [bet] * rng.choice([1, 1, 1, 2])
    match = {"probabilities": probabilities, "bets": bets, "open": [], "day": rng.randrange(2)}
    match["max_fraction"] = rng.choice([1.0, 1.0, rng.uniform(0, 0.3)])
    if rng.random() < 0.25:
        outcome = rng.randrange(outcomes)
        odds = any_odds(rng, probabilities[outcome], kind)
        match["open"].append({"outcome": outcome, "odds": odds, "fraction": rng.uniform(0, 0.1)})
    return match


def any_portfolio(rng):
    kind = rng.choice(PRICES)
    return {
        "kind": "joint",
        "matches": [any_match(rng, kind) for _ in range(rng.randint(1, 5))],
        "max_per_day": rng.choice([1.0, rng.random()]),
        "max_total": rng.choice([1.0, 1.0, rng.random()]),
    }


def terms(bet, states):
    commission = bet.get("commission", 0.0)
    if bet.get("lay"):
        profits = [(1.0 - commission) / (bet["odds"] - 1.0)] * states
        profits[bet["outcome"]] = -1.0
    else:
        profits = [-1.0] * states
        profits[bet["outcome"]] = (bet["odds"] - 1.0) * (1.0 - commission)
    return profits


class Listed:
    """Every joint state: its probability, the profit of each bet in it, that of the open bets."""

    def __init__(self, portfolio):
        self.portfolio = portfolio
        self.weight, self.profit, self.open = numpy.ones(1), numpy.zeros((1, 0)), numpy.zeros(1)
        for match in portfolio["matches"]:
            weight = numpy.array(match["probabilities"])
            states = len(weight)
            profit = numpy.array([terms(bet, states) for bet in match["bets"]])
            profit = profit.reshape(len(match["bets"]), states).T
            opened = numpy.zeros(states)
            for bet in match["open"]:
                opened += bet["fraction"] * numpy.array(terms(bet, states))
            possible = weight > 0.0
            weight, profit, opened = weight[possible], profit[possible], opened[possible]
            before, new = len(self.weight), len(weight)
            self.weight = numpy.repeat(self.weight, new) * numpy.tile(weight, before)
            self.open = numpy.repeat(self.open, new) + numpy.tile(opened, before)
            self.profit = numpy.hstack(
                [numpy.repeat(self.profit, new, 0), numpy.tile(profit, (before, 1))]
            )

    def growth(self, stakes):
        wealth = 1.0 + self.open + self.profit @ stakes
        return self.weight @ numpy.log(wealth) if wealth.min() > 0.0 else -math.inf

    def caps(self):
        """The cap of each bet, and (bets, limit) of each group."""
        single, groups = [], []
        days, total, open_total = {}, [], 0.0
        for match in self.portfolio["matches"]:
            bets = list(range(len(single), len(single) + len(match["bets"])))
            single += [bet["max_fraction"] for bet in match["bets"]]
            opened = sum(bet["fraction"] for bet in match["open"])
            groups.append((bets, match["max_fraction"] - opened))
            of_day = days.setdefault(match["day"], ([], [0.0]))
            of_day[0].extend(bets)
            of_day[1][0] += opened
            total += bets
            open_total += opened
        groups += [(bets, self.portfolio["max_per_day"] - o[0]) for bets, o in days.values()]
        groups.append((total, self.portfolio["max_total"] - open_total))
        return single, [(bets, max(0.0, limit)) for bets, limit in groups if bets]

    def best(self):
        """The growth of cvxpy's stakes, made to keep every cap exactly."""
        single, groups = self.caps()
        stakes = cvxpy.Variable(len(single), nonneg=True)
        limits = [stakes <= numpy.array(single)]
        limits += [cvxpy.sum(stakes[bets]) <= limit for bets, limit in groups]
        growth = self.weight @ cvxpy.log(1.0 + self.open + self.profit @ stakes)
        problem = cvxpy.Problem(cvxpy.Maximize(growth), limits)
        problem.solve(solver=cvxpy.CLARABEL)
        found = numpy.clip(stakes.value, 0.0, single)
        for bets, limit in groups:
            total = found[bets].sum()
            if total > limit:
                found[bets] *= limit / total
        return self.growth(found)


class Comparison:
    def __init__(self):
        self.compared, self.failed, self.unsolved, self.worst = {}, 0, 0, {}

    def note(self, kind, worse_by, allowed, question):
        self.compared[kind] = self.compared.get(kind, 0) + 1
        self.worst[kind] = max(self.worst.get(kind, -math.inf), worse_by)
        if not worse_by <= allowed:
            self.failed += 1
            print(f"{kind}: off by {worse_by:.3g} on {json.dumps(question)}")


def compare_single(fairline, rng, result):
    odds = 1.0 + math.exp(rng.uniform(math.log(1e-4), math.log(999)))
    question = {"kind": "single", "probabilities": [rng.random()], "odds": [odds]}
    ours = fairline.ask(question)["fractions"][0]
    theirs = float(kelly_criterion(odds, question["probabilities"][0]).stake)
    result.note("single", abs(ours - theirs), 1e-12, question)


def compare_exclusive(fairline, rng, result):
    probabilities = any_probabilities(rng, rng.choice([2, 3, 3, 5, 30]))
    kind = rng.choice(PRICES)
    odds = [any_odds(rng, probability, kind) for probability in probabilities]
    question = {"kind": "exclusive", "probabilities": probabilities, "odds": odds}
    stakes = numpy.array(fairline.ask(question)["fractions"])
    bets = [{"outcome": i, "odds": o, "max_fraction": 1.0} for i, o in enumerate(odds)]
    match = {"probabilities": probabilities, "bets": bets, "open": [], "day": 0, "max_fraction": 1.0}
    listed = Listed({"matches": [match], "max_per_day": 1.0, "max_total": 1.0})
    growth = listed.growth(stakes)
    try:
        result.note("exclusive", listed.best() - growth, TOLERANCE, question)
    except cvxpy.error.SolverError:
        result.unsolved += 1
    if len(odds) <= 5:
        slsqp = multiple_kelly_criterion(odds, probabilities)
        theirs = listed.growth(numpy.clip(slsqp.stakes, 0.0, 1.0))
        result.note("exclusive, penaltyblog", theirs - growth, TOLERANCE, question)


def compare_joint(fairline, rng, result):
    question = any_portfolio(rng)
    listed = Listed(question)
    if len(listed.weight) > MOST_STATES or listed.profit.shape[1] == 0:
        return
    answer = fairline.ask(question)
    growth = listed.growth(numpy.array([f for match in answer["fractions"] for f in match]))
    result.note("joint, growth as told", abs(growth - answer["log_growth"]), 1e-9, question)
    result.note("joint, gap", answer["gap"], TOLERANCE, question)
    try:
        better = listed.best() - growth
    except cvxpy.error.SolverError:
        result.unsolved += 1
        return
    result.note("joint", better, min(TOLERANCE, answer["gap"] + 1e-8), question)


def main():
    program, cases, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100, 1
    if len(sys.argv) > 3:
        seed = int(sys.argv[3])
    warnings.simplefilter("ignore")
    fairline, result = Fairline(program), Comparison()
    for case in range(cases):
        rng = random.Random(seed * 1_000_003 + case)
        compare_single(fairline, rng, result)
        compare_exclusive(fairline, rng, result)
        compare_joint(fairline, rng, result)
    for kind, count in result.compared.items():
        print(f"{kind}: {count} compared, worst {result.worst[kind]:.2e}")
    print(f"{result.unsolved} not solved by the other, {result.failed} failed")
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
