"""The order of match tiers."""

from service.model.match import Tier


def test_tiers_rank_from_unique_to_prefix() -> None:
    """The order of the enum's members is their rank."""
    assert sorted(set(Tier), key=lambda tier: tier.rank) == [
        Tier.UNIQUE,
        Tier.EXACT,
        Tier.VARIANT,
        Tier.FULL_NAME,
        Tier.RAW,
        Tier.PARTIAL_NAME,
        Tier.PREFIX,
    ]
