"""Settings are changed while other requests change settings or search keys."""

from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from service.store.stores import Stores
from service.use_cases.settings import SettingsPatch, change_settings
from tests.store import defining
from tests.store.racing import race, run_before

Document = dict[str, Any]
Patch = pytest.MonkeyPatch


def test_ignored_values_of_a_search_key_that_becomes_sensitive_are_not_stored(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The search key becomes sensitive between the check and the write of the settings."""
    defining.define(stores)
    defining.define(stores, "other")
    run_before(
        monkeypatch, stores.domains.settings, "change", partial(defining.redefine, stores, sensitive=True)
    )
    patch: SettingsPatch = {
        "default_region": "JP",
        "ignored_values": {"vip": ["golden card"], "other": ["1"]},
    }
    changed = change_settings(stores, "default", patch)
    assert (changed.ignored_values, changed.default_region) == ({"other": ["1"]}, "JP")
    assert "golden" not in repr(list(database["settings"].find()))


def test_concurrent_changes_of_settings_are_not_lost(stores: Stores) -> None:
    """Each request changes a different setting, or a different member of a setting."""
    defining.define(stores)
    patches: list[SettingsPatch] = [
        {"default_region": "JP"},
        {"match_keys": {"voice": ["phone", "vip"]}},
        {"match_keys": {"chat": ["vip"]}},
        {"ignored_values": {"phone": ["1"]}},
        {"ignored_values": {"vip": ["2"]}},
        {"unique_by_name": True},
    ]
    results = race([partial(change_settings, stores, "default", patch) for patch in patches])
    assert not [result for result in results if isinstance(result, Exception)]
    domain = stores.domains.read("default")
    assert (domain.default_region, domain.unique_by_name) == ("JP", True)
    assert (domain.match_keys["voice"], domain.match_keys["chat"]) == (("phone", "vip"), ("vip",))
    assert domain.ignored_values == {"phone": ["1"], "vip": ["2"]}


def test_a_match_key_that_is_removed_meanwhile_is_not_stored(stores: Stores, monkeypatch: Patch) -> None:
    """The result is the same as if the search key had been removed after the change."""
    defining.define(stores)
    run_before(monkeypatch, stores.domains.settings, "change", partial(defining.remove, stores))
    changed = change_settings(stores, "default", {"match_keys": {"voice": ["vip", "phone"]}})
    assert changed.match_keys["voice"] == ("phone",)
