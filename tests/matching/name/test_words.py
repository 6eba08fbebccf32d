"""Names are found by their words: in any order, with some omitted, and by initials."""

# ruff: noqa: RUF001  (look-alike characters are tested)

from itertools import permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.matching import name
from service.matching.profiles import index
from service.matching.ranking import reasons
from service.matching.search_keys import query_terms
from service.model.search_key import BUILT_IN
from tests.matching.name.test_names_found import FULL, PARTIAL, best, person

laws = settings(derandomize=True, deadline=None, database=None, max_examples=200)


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        (("Khai", "Thị Minh", "Nguyễn"), "Nguyễn Thị Minh Khai"),
        (("Khai", "Thị Minh", "Nguyễn"), "nguyen thi minh khai"),
        (("An", "Văn", "Lê"), "Lê Văn An"),
        (("Jörg", "Maria", "Köhler"), "Koehler Maria Joerg"),
        (("Ferenc", "János", "Nagy Kovács"), "Nagy Kovács János Ferenc"),
        (("Jan", "Pieter", "van den Berg"), "van den Berg Pieter Jan"),
        (("Иван", "Петрович", "Семёнов"), "Семенов Петрович Иван"),
    ],
)
def test_last_middle_first_is_a_whole_name(stored: tuple[str, ...], typed: str) -> None:
    """Names in Vietnam have this order."""
    assert best(person(*stored), typed) is FULL


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        (("João", "da Silva Santos"), "joao silva santos"),
        (("João", "da Silva Santos"), "João da Silva"),
        (("João", "da Silva Santos"), "Santos, João"),
        (("JOÃO", "DA SILVA SANTOS"), "João da Silva"),
        (("Maria Aparecida", "dos Santos Silva Oliveira"), "Aparecida de Oliveira"),
        (("José", "De la Cruz Gómez"), "José de la Cruz"),
        (("José", "De la Cruz Gómez"), "Jose Delacruz"),
        (("José", "De la Cruz Gómez"), "de la Cruz"),
        (("José", "De la Cruz Gómez"), "Lacruz, Jose"),
        (("José Luis", "De la Cruz Gómez"), "José Luis Delacruz"),
        (("Jean-François", "de La Fontaine d'Aubigné"), "Lafontaine"),
        (("Jean-François", "de La Fontaine d'Aubigné"), "La Fontaine"),
        (("Jean-François", "de La Fontaine d'Aubigné"), "Jean-François Lafontaine"),
        (("Jean-François", "de La Fontaine d'Aubigné"), "Lafontaine d'Aubigné"),
        (("José", "Ortega y Gasset"), "José Gasset"),
        (("Jose", "Garcia Lopez"), "lopez jose garcia"),
        (("Jan", "van den", "Berg"), "van den Berg"),
        (("Jan", "van den", "Berg"), "VAN DEN BERG"),
        (("Jan", "Pieter", "van den Berg"), "Pieter Vandenberg"),
        (("Jan", "Pieter", "van den Berg"), "Pieter Berg"),
        (("Jan", "Pieter", "van den Berg"), "Berg, Pieter van den"),
        (("jan", "pieter", "van den berg"), "van den Berg Pieter"),
        (("Алексей", "Петрович", "Кузнецов"), "Алексей Петрович"),
        (("Алексей", "Петрович", "Кузнецов"), "Кузнецов Петрович"),
        (("Thanh Tùng", "Nguyễn"), "Nguyễn Tùng"),
        (("Lê Văn An",), "Lê An"),
        (("Le Van An",), "Văn An"),
        (("Mary Ann", "Mc Donald"), "Mary McDonald"),
        (("Mary Ann", "McDonald"), "Mary Mc Donald"),
        (("Sean Patrick", "O'Neil"), "Sean O Neil"),
        (("Ana Maria", "Silva"), "Maria Silva"),
        (("Mohammed", "bin Salman Al Saud"), "Mohammed Al Saud"),
        (("Jörg Maria", "Köhler"), "Koehler Joerg"),
        (("Robert (Bob)", "Smith"), "Bob Smith"),
        (("Robert (Bob)", "Smith"), "Robert Smith"),
        (('Robert "Bob"', "Smith"), "Smith, Bob"),
        (("Robert ‘Bob’", "Smith"), "Bob Smith"),
        (("Robert „Bob“ Smith",), "Bob Smith"),
        (("John & Jane", "Smith"), "John Smith"),
        (("John & Jane", "Smith"), "Jane Smith"),
        (("John and Jane", "Smith"), "Smith, Jane"),
        (("Hans und Petra", "Müller"), "Petra Mueller"),
        (("John & Jane", "Smith"), "Jane and John Smith"),
    ],
)
def test_a_name_is_found_by_some_of_its_words(stored: tuple[str, ...], typed: str) -> None:
    """The words may be in any order, and particles may be omitted. A nickname is a word of the name too."""
    assert best(person(*stored), typed) is PARTIAL


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        (("John", "Smith"), "J. Smith"),
        (("John", "Smith"), "J Smith"),
        (("John", "Smith"), "Smith, J."),
        (("John Smith",), "Smith, J."),
        (("Jean-Luc", "Picard"), "J.-L. Picard"),
        (("Ægir", "Holm"), "Æ. Holm"),
        (("Ægir", "Holm"), "Holm A."),
        (("Øyvind", "Høyer"), "Ø. Hoeyer"),
        (("Óscar", "Peña Ibáñez"), "Ó. Peña Ibáñez"),
        (("Óscar Peña Ibáñez",), "O. Peña Ibáñez"),
        (("Jan", "van den Berg"), "J. van den Berg"),
        (("Gabriel", "García Márquez"), "G. García Márquez"),
        (("Gabriel", "García Márquez"), "G. García"),
        (("Francis", "Scott", "Fitzgerald"), "F. Scott Fitzgerald"),
        (("John", "Ronald Reuel", "Tolkien"), "J. R. Tolkien"),
        (("John", "Ronald Reuel", "Tolkien"), "Tolkien, J.R.R."),
        (("John", "Tolkien"), "J. R. Tolkien"),
        (("Иван", "Петрович", "Семёнов"), "Семенов И.П."),
        (("Иван", "Петрович", "Семёнов"), "И. Семенов"),
        (("Семёнов Иван Петрович",), "Семенов И.П."),
        (("Oscar", "Smith"), "O. Smith"),
        (("J.", "Smith"), "John Smith"),
        (("J.", "Smith"), "Smith, Jane"),
        (("Smith, J.",), "John Smith"),
        (("J. R.", "Tolkien"), "John Ronald Tolkien"),
        (("J. R.", "Tolkien"), "John Tolkien"),
        (("J.", "Tolkien"), "John Ronald Tolkien"),
        (("John", "R.", "Tolkien"), "John Ronald Tolkien"),
        (("И.П.", "Семёнов"), "Семенов Иван Петрович"),
        (("И.", "Семёнов"), "Иван Петрович Семенов"),
        (("Иван", "Петрович", "Семёнов"), "Семенов ИП"),
        (("Jean-Pierre", "Roux"), "JP Roux"),
        (("Jean-Pierre", "Roux"), "roux jp"),
        (("Jean Pierre Roux",), "Mr. JP Roux"),
        (("Anna", "Jane", "Lee"), "AJ Lee"),
        (("Eva", "Anna", "Smith"), "Smith EA"),
    ],
)
def test_a_name_is_found_by_initials_and_the_reverse(stored: tuple[str, ...], typed: str) -> None:
    """An initial is typed instead of a stored name, or stored instead of a typed name."""
    assert best(person(*stored), typed) is PARTIAL


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        (("João", "da Silva Santos"), "João Souza"),
        (("João", "da Silva Santos"), "João da"),
        (("José", "De la Cruz Gómez"), "Cruz Pérez"),
        (("Jan", "Pieter", "van den Berg"), "Jan van den Bosch"),
        (("Jan", "Berg"), "van den Berg"),
        (("Mary Ann", "Mc Donald"), "Mary Donaldson"),
        (("John", "Smith"), "K. Smith"),
        (("John", "Smith"), "J. Smythe"),
        (("Jean-Pierre", "Roux"), "PJ Roux"),
        (("Nina", "Gerda", "Wei"), "Ng Wei"),
        (("James", "Oliver", "Smith"), "Jo Smith"),
        (("Lucas", "Ivan", "Wei"), "LI WEI"),
        (("John", "Johnson"), "J. John"),
        (("Пётр", "Петрович", "Семёнов"), "Семенов И.П."),
        (("J.", "Smith"), "Mary Smith"),
        (("J.", "Smith"), "J. Jones"),
        (("Johns",), "John Smith"),
        (("John & Jane", "Smith"), "Mary Smith"),
        (("John & Jane", "Smith"), "John Jones"),
        (("李小龍",), "李 龍"),
        (("山田太郎",), "山 太郎"),
    ],
)
def test_a_name_that_lacks_a_typed_word_is_not_found(stored: tuple[str, ...], typed: str) -> None:
    """All other typed words are words of the name."""
    assert best(person(*stored), typed) is None


WORDS = st.lists(st.text("abcdefgh", min_size=4, max_size=7), min_size=2, max_size=8, unique=True)


@laws
@given(words=WORDS, data=st.data())
def test_a_name_is_found_by_any_two_words_or_more_in_any_order(words: list[str], data: st.DataObject) -> None:
    """The words may be in any of the three name fields."""
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(words))] * 2)))
    fields = (" ".join(words[:first]), " ".join(words[first:last]), " ".join(words[last:]))
    typed = data.draw(st.permutations(words))[: data.draw(st.integers(2, len(words)))]
    assert best(person(*fields), " ".join(typed)) is not None


@laws
@given(words=WORDS, typed=WORDS)
def test_a_name_is_not_found_by_one_of_its_words_with_another_word(
    words: list[str], typed: list[str]
) -> None:
    """The order does not matter."""
    assume(typed[0] not in words)
    for order in permutations((typed[0], words[0])):
        assert best(person(*words), " ".join(order)) is None


def test_a_name_of_many_words_has_a_limited_number_of_terms() -> None:
    """The name has the maximum length, in each of the three name fields."""
    many = " ".join(chr(ord("a") + n % 26) + chr(ord("a") + n // 26) for n in range(85))
    variants = name.index_variants(many, many, many)
    assert len(variants.similar) < 100
    assert len(name.query_variants(many).similar) < 20


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("Nguyễn Thị Minh Khai", ("Khai", "Thị Minh", "Nguyễn"), ("Khai", "Văn", "Nguyễn")),
        ("Minh Khai Nguyễn Thị", ("Khai", "Thị Minh", "Nguyễn"), ("Khai", "Văn", "Minh")),
        ("Doe Quincy John", ("John", "Quincy", "Doe"), ("John", "Adam", "Doe")),
        ("Quincy Doe John", ("John", "Quincy", "Doe"), ("Quincy", "John")),
        ("И.П. Семенов", ("Иван", "Петрович", "Семёнов"), ("Иван", "Львович", "Семёнов")),
        ("Tolkien, J. R.", ("John", "Ronald", "Tolkien"), ("John", "Adam", "Tolkien")),
        ("M. Smith", ("Mary", "Smith"), ("John", "Smith")),
        ("JM Roux", ("Jean-Marc", "Roux"), ("Jean-Pierre", "Roux")),
    ],
)
def test_all_words_rank_above_a_contradiction(
    typed: str, better: tuple[str, ...], worse: tuple[str, ...]
) -> None:
    """A profile with all typed words comes before a profile with a different word, in any order."""
    assert rank_of(better, typed) < rank_of(worse, typed)


def rank_of(fields: tuple[str, ...], typed: str) -> int:
    """Return the rank of the best reason for which a person matches a name."""
    terms = query_terms(BUILT_IN["name"], typed, "VN")
    return reasons(index(person(*fields), {}, "VN").lookup, terms)[0].rank
