"""Label the values of a merged profile, without I/O."""

from collections.abc import Hashable, Iterator, Mapping, Sequence

from service.store.domains.domain import Domain
from service.use_cases.held_values import item_identity

Item = Mapping[str, object]
"""A phone number, an e-mail address or a postal address. Its label is ``type``."""


def with_labels(
    name: str, united: Sequence[Item], lists: Sequence[Sequence[Item]], domain: Domain
) -> list[Item]:
    """Return the items of a united list, with labels for those that have none.

    ``lists`` are the lists that were united. An item without a label gets the first label that they have for
    the same value, in any notation, and that ``united`` does not have for this value yet. If there is none,
    the item has no label.
    """
    if all(_label(item) is not None for item in united):
        return list(united)
    labelled = list(_labelled(name, [item for each in lists for item in each], domain))
    own = list(_labelled(name, united, domain))
    filled: list[Item] = []
    for item in united:
        label = _label(item)
        if label is None and labelled:
            identity = item_identity(name, domain, item)
            has = {each for each, other in own if not identity.isdisjoint(other)}
            # A union leaves out an item if all its values are there already, so its label can be missing.
            same = (each for each, other in labelled if other and other <= identity)
            label = next((each for each in same if each not in has), None)
            own.append((label, identity))
        filled.append({**item, "type": label})
    return filled


def _labelled(
    name: str, items: Sequence[Item], domain: Domain
) -> Iterator[tuple[object, frozenset[Hashable]]]:
    """Yield the label and the identity of each item that has a label."""
    for item in items:
        if (label := _label(item)) is not None:
            yield label, item_identity(name, domain, item)


def _label(item: Item) -> object:
    return item.get("type")
