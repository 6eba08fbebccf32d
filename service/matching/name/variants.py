"""The variants of a name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameVariants:
    """The variants of a name. The first variant of ``whole`` identifies a stored name.

    ``whole`` has the whole name in each order, folded and without spaces. ``similar`` has the name in a
    simplified spelling, and combinations of its words. ``parts`` has each field and each of its words.
    ``initials`` has the last name with the initials of the other names. ``nearly_whole`` is for queries: it
    is compared with the stored ``whole``. ``loose`` are the variants of a query that leave out some of its
    words: the name in the profile may have other words there. ``shown`` is the name to show in reasons.
    """

    whole: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    nearly_whole: tuple[str, ...] = ()
    loose: frozenset[str] = frozenset()
    shown: str = ""

    @property
    def partial(self) -> tuple[str, ...]:
        """The variants for the tier ``partial_name``."""
        return (*self.nearly_whole, *self.similar, *self.parts, *self.initials)
