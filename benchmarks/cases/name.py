"""Names in any order, without some of their words, and with initials."""

from collections.abc import Sequence

from benchmarks.cases.case import Case


def _case(row: str, names: Sequence[str], found_by: Sequence[str], strangers: Sequence[str] = ()) -> Case:
    """Return the case of a person. ``names`` are the first name, any middle names, and the last name.

    A single name is in the field of the first name.
    """
    first, *middle, last = names if len(names) > 1 else (*names, "")
    fields = {"first_name": first, "middle_name": " ".join(middle), "last_name": last}
    return Case(
        row=f"name: {row}", key="name", region="US", found_by=found_by, strangers=strangers, names=fields
    )


CASES = (
    _case(
        "last, middle, first",
        ["Khai", "Thị Minh", "Nguyễn"],
        ["Nguyễn Thị Minh Khai", "nguyen thi minh khai"],
    ),
    _case("words in another order", ["Jose", "Garcia Lopez"], ["lopez jose garcia", "Garcia Jose Lopez"]),
    _case(
        "words left out",
        ["João", "da Silva Santos"],
        ["joao silva santos", "João da Silva", "Santos João", "SILVA SANTOS"],
        ["João Quaresma", "Silva Quaresma"],
    ),
    _case(
        "words left out",
        ["José", "De la Cruz Gómez"],
        ["José de la Cruz", "jose cruz", "Delacruz Jose", "de la Cruz"],
        ["de la Cruz Quaresma", "de la Quaresma"],
    ),
    _case(
        "words left out",
        ["Jean-François", "de La Fontaine d'Aubigné"],
        ["Lafontaine", "La Fontaine", "Jean-François Lafontaine", "Jean Delafontaine"],
        ["Jean Lamontaine"],
    ),
    _case(
        "words left out", ["Jan", "van den", "Berg"], ["van den Berg", "vandenberg jan"], ["van den Bosch"]
    ),
    _case(
        "words left out",
        ["Алексей", "Петрович", "Кузнецов"],
        ["Алексей Петрович", "Кузнецов Петрович"],
        ["Алексей Львович", "Петрович Иванов"],
    ),
    _case("words left out", ["Thanh Tùng", "Nguyễn"], ["Nguyễn Tùng", "Tùng Nguyễn"], ["Nguyễn Hạnh"]),
    _case("words left out", ["Lê Văn An"], ["Lê An", "Văn An"], ["Lê Hạnh"]),
    _case(
        "words left out", ["Mary Ann", "Mc Donald"], ["Mary McDonald", "Ann Mc Donald"], ["Mary Donaldson"]
    ),
    _case("initials", ["Jean-Pierre", "Corvaisier"], ["JP Corvaisier", "corvaisier jp"], ["PJ Corvaisier"]),
    _case("initials", ["Иван", "Петрович", "Заречный"], ["Заречный ИП"], ["Заречный ЛМ"]),
    _case("initials", ["John", "Smith"], ["J. Smith", "Smith, J.", "Smith J"], ["Q. Smith", "J. Smithers"]),
    _case(
        "initials",
        ["John", "Ronald Reuel", "Tolkien"],
        ["J. R. Tolkien", "J.R.R. Tolkien", "Tolkien, J. R. R."],
        ["R. J. Tolkien"],
    ),
    _case("initials", ["Иван", "Петрович", "Семёнов"], ["Семенов И.П.", "И. Семёнов"], ["Семенов П.И."]),
    _case(
        "initials in the profile", ["P.", "Watanabe"], ["Peter Watanabe", "Watanabe, Paul"], ["Kim Watanabe"]
    ),
    _case("initials in the profile", ["И.П.", "Орлов"], ["Орлов Иван Петрович", "Иван Орлов"], ["Лев Орлов"]),
    _case(
        "honorifics",
        ["Jürgen", "Weißhaupt-Öhlenschläger"],
        ["Weißhaupt-Öhlenschläger, Jürgen, Dr.", "Weißhaupt-Öhlenschläger Dr., Jürgen"],
    ),
    _case("honorifics", ["Chiara, Dott.ssa", "Merlo"], ["Dr.ssa Chiara Merlo", "Merlo, Chiara, Dottoressa"]),
    _case("honorifics", ["Anton", "Freiherr von Reiher"], ["Reiher, Anton", "Fam. von Reiher"]),
    _case("honorifics", ["서준", "황보"], ["황보서준 고객님", "황보서준고객님", "황보서준부장님"]),
    _case("nicknames", ["Robert (Bob)", "Finch"], ["Bob Finch", "Robert Finch", "Finch, Bob"], ["Tom Finch"]),
    _case(
        "nicknames", ["William “Bill”", "Starling"], ["Bill Starling", "William Starling"], ["Tom Starling"]
    ),
    _case("couples", ["Pete & Jane", "Swallow"], ["Pete Swallow", "Jane Swallow"], ["Tom Swallow"]),
    _case("couples", ["Hans und Petra", "Schwalbe"], ["Petra Schwalbe", "Schwalbe, Hans"], ["Tom Schwalbe"]),
)
