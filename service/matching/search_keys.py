"""Search keys: what a profile is looked up by, and what each makes of a value."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from service.matching import email, name, phone
from service.matching import folding as text
from service.matching import index_terms as lookup
from service.matching.terms import QueryTerm
from service.model.masking import masked
from service.model.match import Tier
from service.model.search_key import KeyType, SearchKey
from service.model.sensitive import SensitiveValue


@dataclass(frozen=True, slots=True)
class _Form:
    """One normalised form of a value: the family it is stored in, what a match proves, and how it reads.

    All forms of a name or a text read as it was asked for, which is one reason, not one a form.
    """

    family: str
    value: str
    tier: Tier
    read: str = ""

    @property
    def entry(self) -> str:
        return lookup.entry(self.family, self.value)


def query_terms(key: SearchKey, value: str, region: str) -> tuple[QueryTerm, ...]:
    """Return what an exact search for a value asks for, best first; nothing for a value that says nothing.

    That is a blank one, a withheld number of type phone, and one without a digit of type digits. The reason
    that is shown of a sensitive one is masked. Raises ``MasterKeyMissing``.
    """
    return tuple(
        QueryTerm(key.name, masked(shown) if key.sensitive else shown, form.tier, entry)
        for form in _asked(key, value, region)
        for shown in (form.read or form.value,)
        for entry in _placed(key, form)
    )


def term_prefixes(key: SearchKey, value: str, region: str) -> tuple[str, ...]:
    """Return the beginnings of lookup entries that a search while typing asks for.

    Raises ValueError when fewer than two characters remain after normalising and that is no kanji, and
    TypeError for a sensitive key: what is blinded has no beginning.
    """
    if key.sensitive:
        raise TypeError(key.name)
    begun = (
        _BEGUN[key.type](value, region) if value.strip() and key.name != "contact_id" else (value.strip(),)
    )
    if not text.is_begun(begun[-1]):
        raise ValueError("At least two characters are needed, or one kanji.")
    return tuple(dict.fromkeys(lookup.beginning(key.name, start) for start in begun))


def index_terms(key: SearchKey, value: str | SensitiveValue, region: str) -> tuple[str, ...]:
    """Return the lookup entries that a stored value of a key gets, those that identify it first.

    None for a value that says nothing, as ``tokens`` has it: nobody owns it, and nobody is found by it. Nor
    of a sensitive value that cannot be opened. Raises ``MasterKeyMissing``.
    """
    return tuple(dict.fromkeys(entry for form in _forms(key, value, region) for entry in _placed(key, form)))


def whole_value_terms(key: SearchKey, value: str | SensitiveValue, region: str) -> tuple[str, ...]:
    """Return the entries of a stored value as a whole: of a name in any order, but of no part of it."""
    return tuple(entry for entry in index_terms(key, value, region) if entry.startswith(f"{key.name}:"))


def identifying_terms(key: SearchKey, value: str | SensitiveValue, region: str) -> tuple[str, ...]:
    """Return those of the entries that identify a value: one, and of a sensitive key one for each master."""
    return tuple(entry for form in _forms(key, value, region)[:1] for entry in _placed(key, form))


def _forms(key: SearchKey, value: str | SensitiveValue, region: str) -> tuple["_Form", ...]:
    plain = value.plain() if isinstance(value, SensitiveValue) else value
    return () if plain is None else tuple(_stored(key, plain, region))


def term_fields(key: SearchKey) -> frozenset[str]:
    """Return the families that the entries of a key stand in."""
    return frozenset({key.name, lookup.alike(key.name), lookup.parts(key.name)})


def _placed(key: SearchKey, form: "_Form") -> tuple[str, ...]:
    """Return the entries of a form: the one place where those of a sensitive key are blinded."""
    if not key.sensitive:
        return (form.entry,)
    if key.blind is None:
        raise TypeError(key.name)
    return key.blind(form.entry)


def _asked(key: SearchKey, value: str, region: str) -> tuple[_Form, ...]:
    if not value.strip():
        return ()
    if key.name == "contact_id":
        # Made by the frontend, which may tell cases apart.
        return (_Form(key.name, value.strip(), Tier.UNIQUE),)
    asked = _ASKED[key.type](key.name, value, region)
    if not key.unique:
        return tuple(asked)
    # What only may be the owner's value keeps its tier.
    doubtful = {form for form in asked[1:] if form.tier in {Tier.VARIANT, Tier.RAW}}
    owned = (form for form in asked if form.tier is not Tier.PARTIAL_NAME)
    return tuple(form if form in doubtful else replace(form, tier=Tier.UNIQUE) for form in owned)


def _stored(key: SearchKey, value: str, region: str) -> tuple[_Form, ...]:
    asked = _asked(key, value, region)
    if asked and key.type is KeyType.PHONE:
        return (_Form(key.name, phone.kept(value, region), Tier.EXACT),)
    if not asked or key.type is not KeyType.NAME:
        return asked if key.type is KeyType.TEXT else asked[:1]
    # Whoever shares a part of a name, or has it the other way round, is not the owner of a unique one.
    if key.unique:
        return (_Form(key.name, name.identity(value), Tier.UNIQUE),)
    return tuple(_stored_name(key.name, name.stored(value)))


def _stored_name(family: str, forms: name.Stored) -> Iterator[_Form]:
    yield from (_Form(family, form, Tier.FULL_NAME) for form in forms.full)
    yield from (_Form(lookup.alike(family), form, Tier.PARTIAL_NAME) for form in forms.alike)
    yield from (_Form(lookup.parts(family), form, Tier.PARTIAL_NAME) for form in forms.parts)


def _ask_text(family: str, value: str, _region: str) -> list[_Form]:
    return [_Form(family, form, Tier.EXACT, text.fold(value)) for form in name.spellings(value)]


def _ask_identifier(family: str, value: str, _region: str) -> list[_Form]:
    return [_Form(family, text.exact(value), Tier.EXACT)]


def _ask_digits(family: str, value: str, _region: str) -> list[_Form]:
    digits = text.digits(value)
    return [_Form(family, digits, Tier.EXACT)] if digits else []


def _ask_email(family: str, value: str, _region: str) -> list[_Form]:
    return [_Form(family, email.normalise(value), Tier.EXACT)]


def _ask_phone(family: str, value: str, region: str) -> list[_Form]:
    if phone.is_withheld(value):
        return []
    return [_Form(family, form, tier) for form, tier in phone.asked(value, region).items()]


def _ask_name(family: str, value: str, _region: str) -> list[_Form]:
    forms = name.asked(value)
    # What is nearly the whole name must not rank above the whole name, as a variant of a number does.
    return [
        *(_Form(family, form, Tier.FULL_NAME, forms.read) for form in forms.full),
        *(_Form(family, form, Tier.PARTIAL_NAME, forms.read) for form in forms.nearly),
        *(_Form(lookup.alike(family), form, Tier.PARTIAL_NAME, forms.read) for form in forms.alike),
        *(_Form(lookup.parts(family), form, Tier.PARTIAL_NAME, forms.read) for form in forms.parts),
    ]


_ASKED: Mapping[KeyType, Callable[[str, str, str], list[_Form]]] = {
    KeyType.TEXT: _ask_text,
    KeyType.DIGITS: _ask_digits,
    KeyType.EMAIL: _ask_email,
    KeyType.PHONE: _ask_phone,
    KeyType.NAME: _ask_name,
    KeyType.IDENTIFIER: _ask_identifier,
}

_BEGUN: Mapping[KeyType, Callable[[str, str], tuple[str, ...]]] = {
    KeyType.TEXT: lambda value, _region: name.spellings(value),
    KeyType.DIGITS: lambda value, _region: (text.digits(value),),
    KeyType.EMAIL: lambda value, _region: email.beginnings(value),
    KeyType.PHONE: phone.beginnings,
    KeyType.NAME: lambda value, _region: name.beginnings(value),
    KeyType.IDENTIFIER: lambda value, _region: (text.exact(value),),
}
