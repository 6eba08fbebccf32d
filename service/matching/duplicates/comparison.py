"""Decide whether two profiles are of the same person, and how certain that is.

There are no weights. Names must not contradict each other. How much the names are alike decides what else the
profiles must have in common. Members of a family share phone numbers, addresses and accounts. Colleagues
share switchboards and addresses such as ``info@``. So the less the names are alike, the less such shared
values count.

====================================  ==============================================================
Names                                 One of these is enough
====================================  ==============================================================
same first and last name              any contact value; the date of birth; the address
similar first and last name           any contact value; the date of birth, if one name is the same;
                                      the address, if the first name is
same first name, no last name         the phone number; the e-mail address; the date of birth and
                                      another value
an initial and the same last name     the phone number; the e-mail address; the date of birth
first name with a letter more or      the e-mail address; the phone number, unless the date of birth is
less, and the last name               the same, as that of twins is
first name with another letter, and   the e-mail address
the last name
similar first name, other last name   the e-mail address; the date of birth and another value
no first name, or in another script   the e-mail address; the date of birth and another value
====================================  ==============================================================

Values of custom search keys that identify people count like the e-mail address. If only one name has a
suffix, such as Jr., the phone number, the account and the address are not enough: a parent and a child share
them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from service.matching.duplicates import addresses, birth_dates, names, words
from service.matching.duplicates.birth_dates import BirthDate
from service.matching.duplicates.likeness import NameLikeness
from service.matching.duplicates.names import DIFFERENT, UNKNOWN, NameComparison, PersonName
from service.matching.duplicates.shared_values import NO_SHARED_VALUES, SharedValues, identifying_terms
from service.model.duplicates import Evidence
from service.model.match import Tier
from service.model.profile import Profile
from service.model.search_key import SearchKey

_NO_KEYS: Mapping[str, SearchKey] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Comparable:
    """What decides whether a profile is of the same person as another one.

    ``terms`` are the index terms that identify a person, and ``addresses`` the texts of ``addresses.keys``.
    """

    profile_id: str
    name: PersonName
    business_name: str
    birth_date: BirthDate
    terms: frozenset[str]
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two profiles are taken for the same person.

    ``tier`` is as in a match. With a shared contact value, it is ``exact`` for the same name and ``variant``
    for others; with only the date of birth or the address, ``full_name`` and ``partial_name``; with only the
    value of a role or a part of a phone number, ``raw``. ``matched_on`` are the search keys whose values the
    profiles share, in alphabetical order.
    """

    tier: Tier
    matched_on: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The search keys and the other evidence."""
        return (*self.matched_on, *self.evidence)

    @property
    def place(self) -> tuple[int, int]:
        """The sort key of likenesses, the most certain first."""
        return self.tier.rank, -len(self.reasons)


def prepare(
    profile: Profile, search_keys: Mapping[str, SearchKey] = _NO_KEYS, ignored: Collection[str] = ()
) -> Comparable:
    """Return what ``compare`` needs of a profile, which must contain its index terms.

    ``search_keys`` are the custom search keys of the domain. ``ignored`` are index terms of values that
    identify no person.
    """
    return Comparable(
        profile_id=profile["profile_id"],
        name=names.read(profile),
        business_name=words.read_business_name(profile.get("business_name") or ""),
        birth_date=birth_dates.read(profile.get("birth_date")),
        terms=identifying_terms(profile, search_keys, ignored),
        addresses=addresses.keys(profile.get("addresses") or ()),
    )


def compare(one: Comparable, other: Comparable) -> Likeness | None:
    """Return why two profiles are taken for the same person, or None if they are not."""
    terms = one.terms & other.terms
    same_date = not one.birth_date.isdisjoint(other.birth_date)
    same_address = not one.addresses.isdisjoint(other.addresses)
    if not (terms or same_date or same_address):
        return None
    if not same_date and birth_dates.contradict(one.birth_date, other.birth_date):
        return None
    common = _Common(
        name=_compare_names(one, other),
        shared=SharedValues.of(terms) if terms else NO_SHARED_VALUES,
        same_date=same_date,
        same_address=same_address,
        other_generation=one.name.generation != other.name.generation,
    )
    if not common.suffices:
        return None
    is_business = not one.name.divisions and not other.name.divisions
    return Likeness(common.tier, common.shared.keys, tuple(common.evidence(is_business=is_business)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """What two profiles have in common."""

    name: NameComparison
    shared: SharedValues
    same_date: bool
    same_address: bool
    other_generation: bool
    """True if only one name has a suffix, such as Jr."""

    @property
    def has_same_name(self) -> bool:
        return self.name.first is NameLikeness.SAME and self.name.last is NameLikeness.SAME

    @property
    def has_similar_name(self) -> bool:
        return self.name.first >= NameLikeness.SIMILAR and self.name.last >= NameLikeness.SIMILAR

    @property
    def suffices(self) -> bool:
        """True if this is enough to take the profiles for the same person."""
        first, last = self.name.first, self.name.last
        if self.name.contradicts:
            return False
        if first < NameLikeness.UNKNOWN:
            # Twins have the same date of birth.
            is_close = first is NameLikeness.CLOSE and not self.same_date and not self.other_generation
            return last >= NameLikeness.SIMILAR and (self.shared.personal or (self.shared.phone and is_close))
        if self.shared.personal or (self.same_date and (self.shared.keys or self.same_address)):
            return first >= NameLikeness.SIMILAR or last is not NameLikeness.DIFFERENT
        if self.same_date:
            return min(first, last) >= NameLikeness.WEAK and NameLikeness.SAME in {first, last}
        # A parent and a child often differ only in a suffix, which people omit.
        return not self.other_generation and self._suffices_among_relatives

    @property
    def _suffices_among_relatives(self) -> bool:
        """True if this is enough, although relatives and colleagues may share all values."""
        first, last = self.name.first, self.name.last
        # An initial and the last name, or the first name and no last name.
        is_short = NameLikeness.SAME in {first, last} and last >= NameLikeness.UNKNOWN < first
        if self.shared.phone and is_short:
            return True
        if self.shared.keys:
            return self.has_similar_name
        return first is NameLikeness.SAME and last >= NameLikeness.SIMILAR

    @property
    def tier(self) -> Tier:
        if self.shared.identifies:
            return Tier.EXACT if self.has_same_name else Tier.VARIANT
        if self.same_date or self.same_address:
            return Tier.FULL_NAME if self.has_same_name else Tier.PARTIAL_NAME
        return Tier.RAW

    def evidence(self, *, is_business: bool) -> Iterator[Evidence]:
        if is_business and self.has_same_name:
            yield Evidence.SAME_BUSINESS_NAME
        elif self.has_same_name:
            yield Evidence.SAME_NAME
        elif self.has_similar_name or self.name.first < NameLikeness.UNKNOWN:
            yield Evidence.SIMILAR_NAME
        elif self.name.first >= NameLikeness.SIMILAR:
            yield Evidence.SAME_FIRST_NAME
        elif self.name.last >= NameLikeness.SIMILAR:
            yield Evidence.SAME_LAST_NAME
        if self.same_date:
            yield Evidence.SAME_BIRTH_DATE
        if self.same_address:
            yield Evidence.SAME_ADDRESS


def _compare_names(one: Comparable, other: Comparable) -> NameComparison:
    """Return how much the names of two people, or of two companies, are alike."""
    if one.name.divisions and other.name.divisions:
        if one.name.generation and other.name.generation and one.name.generation != other.name.generation:
            return DIFFERENT
        return names.compare(one.name, other.name)
    likeness = NameLikeness.UNKNOWN
    if one.business_name and other.business_name:
        likeness = words.compare_last_names(one.business_name, other.business_name)
    if not one.name.divisions and not other.name.divisions:
        return NameComparison(likeness, likeness)
    # A company is no person, even if the person works for it.
    is_company = any(each.business_name and not each.name.divisions for each in (one, other))
    return DIFFERENT if is_company else UNKNOWN
