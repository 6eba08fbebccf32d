"""An import by profile ID after profiles of its file were merged."""

import csv
from collections.abc import Callable
from typing import Any

import pytest

from tests.acceptance.importing import Importer, counts, customers

ReadProfiles = Callable[[], list[dict[str, Any]]]


@pytest.mark.parametrize("name", ["profiles.csv", "profiles.ndjson"])
def test_the_row_of_a_merged_profile_is_rejected(
    importer: Importer, profiles: ReadProfiles, name: str
) -> None:
    """It would overwrite the profile into which it was merged. The list names that profile."""
    importer.load(customers(3))
    file = importer.folder / name
    assert importer.run("export", "--output", file).exit_code == 0
    target, other = (importer.profile_id(number) for number in ("C-0001", "C-0002"))
    importer.ask("POST", f"profiles/{target}/merge", {"profile_ids": [other]})
    merged = importer.ask("GET", f"profiles/{target}")
    dry_run = importer.run("import", file, "--match-on", "profile_id", "--dry-run")
    assert (dry_run.exit_code, counts(dry_run)) == (1, {"unchanged": 2, "rejected": 1})
    assert f", profile_id: The profile was merged into {target}, " in dry_run.stdout
    result = importer.run("import", file, "--match-on", "profile_id")
    assert (result.exit_code, counts(result)) == (1, {"unchanged": 2, "rejected": 1})
    with file.with_name(f"{name}.rejected.csv").open(encoding="utf-8", newline="") as rejected:
        (row,) = csv.DictReader(rejected)
    assert row["column"] == "profile_id"
    assert row["reason"].startswith(f"The profile was merged into {target}, whose values")
    assert importer.ask("GET", f"profiles/{target}") == merged
    assert len(profiles()) == 2
