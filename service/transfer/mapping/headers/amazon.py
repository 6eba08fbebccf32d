"""Amazon Connect Customer Profiles: the members of its Profile, and the paths of its exports."""

from service.model.amazon import ADDRESS_LINES, PLACES, TEXTS

_ADDRESSES = {name: place for name, place in PLACES.items() if place.field == "addresses"}

COLUMNS = {
    "ProfileId": "profile_id",
    **TEXTS,
    "PartyType": "party_type",
    "PartyTypeString": "party_type",
    "Gender": "gender",
    "GenderString": "gender",
    **{
        name: ".".join([place.field, *filter(None, place.types[:1])])
        for name, place in PLACES.items()
        if name not in _ADDRESSES
    },
    "ProfileType": "-",
    "FoundByItems": "-",
    **{
        f"{name}.{line}": ".".join(["addresses", *filter(None, place.types[:1]), own])
        for name, place in _ADDRESSES.items()
        for line, own in ADDRESS_LINES.items()
    },
}
