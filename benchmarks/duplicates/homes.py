"""Invented postal addresses, in the notations in which agents type them."""

# ruff: noqa: RUF001  (full-width digits are tested)

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from service.model.profile import Address

_STREETS: Mapping[str, str] = {
    "JP": "栄町/本町/緑町/中央/旭町/新町",
    "DE": "Hauptstraße/Bahnhofstraße/Gartenstraße/Schulstraße/Lindenweg/Am Markt",
    "FR": "rue de la Paix/avenue Victor Hugo/rue du Moulin/place de l'Église/rue Pasteur",
    "ES": "Calle Mayor/Calle del Sol/Avenida de la Constitución/Plaza Nueva/Calle San José",
    "PT": "Rua da Assunção/Rua 25 de Abril/Avenida da Liberdade/Rua do Sol/Rua Nova",
    "IT": "Via Roma/Via Garibaldi/Corso Italia/Via XX Settembre/Via Dante",
    "RU": "ул. Ленина/ул. Мира/Садовая ул./Новая ул./Лесная ул.",
    "KR": "세종대로/테헤란로/강남대로/중앙로/한강대로",
    "": "Station Road/Church Lane/High Street/Park Avenue/Mill Lane/Kings Road/Victoria Street/5th Avenue",
}
_LANGUAGE = {"BR": "PT", "MX": "ES", "AR": "ES"}
_CITIES = {
    "JP": "札幌市中央区/横浜市西区/大阪市北区/福岡市博多区",
    "": "Newtown/Saint Paul/Altstadt/Rivera/Nova Gorica/Westport",
}
_ABBREVIATIONS = (
    ("straße", "str."),
    ("Street", "St"),
    ("Road", "Rd."),
    ("Avenue", "Ave"),
    ("Lane", "Ln"),
    ("Calle", "C/"),
    ("avenue", "av."),
    ("Avenida", "Av."),
    ("Rua", "R."),
    ("ul.", "ulica"),
)
_FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


@dataclass(frozen=True, slots=True)
class Home:
    """A place where people live or work."""

    region: str
    street: str
    number: str
    city: str
    postal_code: str

    @classmethod
    def at_random(cls, region: str, random: Random) -> "Home":
        """Return a home in a country. Strangers often share one of its few postal codes and streets."""
        streets = _STREETS.get(_LANGUAGE.get(region, region), _STREETS[""]).split("/")
        cities = _CITIES.get(region, _CITIES[""]).split("/")
        place = random.randrange(len(cities))
        code = f"{place + 1}{random.randrange(6)}{_region_digits(region)}"
        parts = 3 if region == "JP" else 1
        number = "-".join(str(random.randrange(1, 20 if parts > 1 else 120)) for _ in range(parts))
        return cls(region, random.choice(streets), number, cities[place], code)

    def address(self, random: Random) -> Address:
        """Return the address in a random notation, sometimes without its postal code or its city."""
        street, number = self.street, self.number
        if random.choice((True, False)):
            for long, short in _ABBREVIATIONS:
                street = street.replace(long, short)
        if self.region == "JP":
            line = f"{street}{self._japanese(random)}"
        else:
            line = random.choice((f"{street} {number}", f"{number} {street}", f"{street}, {number}"))
        city = random.choice((self.city, self.city.upper()))
        # Each tenth address has no city, and each tenth has no postal code.
        missing = random.randrange(10)
        return {
            "type": None,
            "address_1": random.choice((line, line, line.upper())),
            "address_2": random.choice((None, None, None, "Apt 12", "3rd floor")),
            "address_3": None,
            "address_4": None,
            "city": city if missing else None,
            "county": None,
            "state": None,
            "province": None,
            "country": random.choice((None, self.region)),
            "postal_code": None if missing == 1 else self.postal_code,
        }

    def _japanese(self, random: Random) -> str:
        district, block, house = self.number.split("-")
        spellings = (self.number, self.number.translate(_FULL_WIDTH), f"{district}丁目{block}番{house}号")
        return random.choice(spellings)


def _region_digits(region: str) -> str:
    """Return the digits at the end of all postal codes of a country."""
    return f"{sum(map(ord, region)) % 900 + 100}" + ("00" if region == "JP" else "")
