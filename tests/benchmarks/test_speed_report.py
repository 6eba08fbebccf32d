"""The report writes figures between the marks of a document and changes nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.speed import report
from tests.benchmarks.speed_figures import FIGURES

_ROOT = Path(__file__).parents[2]


def test_a_part_is_written_between_its_marks(tmp_path: Path) -> None:
    """A second run replaces the part."""
    document = tmp_path / "page.md"
    document.write_text("before\n<!-- speed -->\n<!-- end of speed -->\nafter\n", encoding="utf-8")
    for fast in ("slow", "fast"):
        report.write(document, {"speed": [fast]})
    assert document.read_text(encoding="utf-8") == (
        "before\n<!-- speed -->\n\nfast\n\n<!-- end of speed -->\nafter\n"
    )


@pytest.mark.parametrize("text", ["", "<!-- speed -->", "<!-- speed --><!-- end of speed -->" * 2])
def test_a_document_without_exactly_one_place_is_not_changed(tmp_path: Path, text: str) -> None:
    """The run reports an error."""
    document = tmp_path / "page.md"
    document.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="no place for speed"):
        report.write(document, {"speed": ["fast"]})
    assert document.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("document", "parts"),
    [
        ("README.md", report.readme(FIGURES)),
        ("docs/performance.md", report.performance(FIGURES)),
        ("docs/scaling.md", report.scaling(FIGURES)),
    ],
)
def test_the_documents_have_a_place_for_every_part(
    tmp_path: Path, document: str, parts: report.Parts
) -> None:
    """The documents have no other places."""
    text = (_ROOT / document).read_text(encoding="utf-8")
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    report.write(tmp_path / "page.md", parts)
    assert text.count("<!-- end of ") == len(parts)


def test_the_readme_has_the_latency_of_a_match_and_the_size_of_a_profile() -> None:
    """The README has two lines. The comparisons are in docs/performance.md."""
    latency, size = report.readme(FIGURES)["speed"]
    assert "5.0 ms at 10,000; 5.0 ms at 1,000,000" in latency
    assert "1,100 bytes of data and 680 bytes of indexes" in size


def test_the_throughput_is_compared_with_each_contender() -> None:
    """The comparison is the ratio of the requests a second."""
    lines = [line.split(" | ")[:4] for line in report.performance(FIGURES)["throughput"]]
    assert lines[2] == ["| match a call", "profile-lookup", "900", ""]
    ratios = {line[1]: line[3] for line in lines[3:6]}
    assert ratios == {"bare Flask + PyMongo": "0.90", "Eve": "1.50", "FastAPI + Beanie": "1.12"}


def test_goals_are_listed_with_their_bound_and_the_measured_figure() -> None:
    """Missed goals are in bold."""
    lines = report.performance(FIGURES)["goals"]
    assert lines[0] == "18 of 23 goals are met."
    assert "| match a call: throughput relative to Eve | at least 1.60 | 1.50 | **not met** |" in lines
    assert "| p99 of a match: 1,000,000 profiles ÷ 10,000 profiles | at most 1.20 | 1.00 | met |" in lines


def test_the_size_of_a_profile_is_listed_for_each_number_of_profiles() -> None:
    """The table has the data and each index."""
    assert report.performance(FIGURES)["size"] == [
        "| profiles | as BSON | on disk | in indexes | `_id_` | `lookup` |",
        "|---|---:|---:|---:|---:|---:|",
        "| 10,000 | 1,090 | 240 | 740 | 40 | 700 |",
        "| 1,000,000 | 1,100 | 170 | 680 | 30 | 650 |",
    ]


def test_sizes_are_computed_from_the_measured_bytes() -> None:
    """Sizes are in gigabytes, or in terabytes from 1,000 GB."""
    lines = report.scaling(FIGURES)["sizes"]
    assert "| 1 million | 1.1 GB | 0.7 GB | 0.8 GB |" in lines
    assert "| 100 million | 110 GB | 68 GB | 79 GB |" in lines
    assert "| 1 billion | 1.1 TB | 680 GB | 790 GB |" in lines


def test_instances_are_rounded_up() -> None:
    """At 60 % load, 15 cores are 6.25 instances of four cores."""
    (instances,) = report.scaling(FIGURES)["instances"]
    assert "15.0 fully used cores for the service: 7 instances of 4 cores" in instances


def test_the_loading_has_its_speed_and_its_cost() -> None:
    """The time is measured by the clock. The text says that users import over HTTP."""
    slow = replace(FIGURES, filled=replace(FIGURES.filled, seconds=20.0))
    assert "500 per second" in report.performance(slow)["normalising"][-1]
    assert "0.40 ms of CPU" in report.performance(slow)["normalising"][-1]
    assert "directly to MongoDB" in report.performance(slow)["normalising"][-1]
    assert "over HTTP](importing.md)" in report.performance(slow)["normalising"][-1]
