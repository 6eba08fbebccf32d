"""Draws the figures as SVG. The same figures give the same files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

from benchmarks.speed.figures import Costs, Point

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "profile-lookup"
mpl.rcParams["font.size"] = 9
_NO_DATE = {"Date": None}


def bars(path: Path, costs: Costs) -> None:
    """Draw the requests per second of each contender and task."""
    tasks = list(costs)
    contenders = list(next(iter(costs.values())))
    figure, axes = plt.subplots(figsize=(9, 4.2))
    width = 0.8 / len(contenders)
    for place, contender in enumerate(contenders):
        heights = [costs[task][contender].per_second for task in tasks]
        axes.bar([at + place * width for at in range(len(tasks))], heights, width, label=contender)
    axes.set_xticks([at + 0.4 - width / 2 for at in range(len(tasks))], tasks, rotation=15)
    axes.set_ylabel("requests a second")
    axes.legend()
    _save(figure, path)


def curves(path: Path, points: Sequence[Point]) -> None:
    """Draw the 99th percentile of each query over the number of customers."""
    figure, axes = plt.subplots(figsize=(9, 4.2))
    for query in dict.fromkeys(point.query for point in points):
        of_query = sorted((p.customers, p.p99_ms) for p in points if p.query == query)
        axes.plot(*zip(*of_query, strict=True), marker="o", label=query)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("profiles")
    axes.set_ylabel("p99, ms")
    axes.legend()
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata=_NO_DATE)
    plt.close(figure)
