"""The output formats of `profile-lookup duplicates`. They yield text in pieces: a group can have any size."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from service.model.match import Tier
from service.store.duplicates.groups import Group, members_of, pairs_of
from service.store.duplicates.pairs import DuplicateIds
from service.store.duplicates.work_file import WorkFile

_TIERS = list(Tier)
_COLUMNS = (
    *("group", "group_size", "group_strongest", "group_weakest"),
    *("profile_id", "duplicate_id", "tier", "matched_on"),
)
_TIER_WIDTH = max(map(len, Tier))


def table(work: WorkFile, groups: Iterable[Group]) -> Iterator[str]:
    """Yield lines for a terminal: one for each group, followed by one for each pair of the group."""
    for group in groups:
        strongest, weakest = _TIERS[group.strongest], _TIERS[group.weakest]
        tiers = strongest if strongest == weakest else f"{strongest}, held together by {weakest}"
        yield f"Group {group.number}: {group.size} profiles, {tiers}\n"
        for pair in pairs_of(work, group):
            tier, reasons = _TIERS[pair.tier], ", ".join(pair.reasons)
            yield f"  {pair.one}  {pair.other}  {tier:{_TIER_WIDTH}}  {reasons}\n"


def csv_rows(work: WorkFile, groups: Iterable[Group]) -> Iterator[str]:
    """Yield a header, and a row for each pair with the data of its group."""
    yield _csv_row(_COLUMNS)
    for group in groups:
        of_group = (group.number, group.size, _TIERS[group.strongest], _TIERS[group.weakest])
        for pair in pairs_of(work, group):
            yield _csv_row((*of_group, pair.one, pair.other, _TIERS[pair.tier], " ".join(pair.reasons)))


def ndjson(work: WorkFile, groups: Iterable[Group]) -> Iterator[str]:
    """Yield a line for each group, in pieces. The line is a JSON object with the profiles and the pairs."""
    for group in groups:
        tiers = {"strongest": _TIERS[group.strongest], "weakest": _TIERS[group.weakest]}
        yield f'{{"group": {group.number}, {json.dumps(tiers)[1:-1]}, "profile_ids": ['
        yield from _joined(map(json.dumps, members_of(work, group)))
        yield '], "pairs": ['
        yield from _joined(map(_json_pair, pairs_of(work, group)))
        yield "]}\n"


Format = Callable[[WorkFile, Iterable[Group]], Iterator[str]]

FORMATS: dict[str, Format] = {"table": table, "csv": csv_rows, "ndjson": ndjson}
"""The formats by their names: the values of --format, and suffixes of files."""


def _json_pair(pair: DuplicateIds) -> str:
    tier, reasons = _TIERS[pair.tier], list(pair.reasons)
    return json.dumps({"profile_ids": [pair.one, pair.other], "tier": tier, "matched_on": reasons})


def _joined(texts: Iterator[str]) -> Iterator[str]:
    return chain.from_iterable(("" if number == 0 else ", ", text) for number, text in enumerate(texts))


def _csv_row(cells: Iterable[object]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue()
