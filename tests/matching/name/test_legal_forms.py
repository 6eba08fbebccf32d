"""Legal forms before and after the names of companies."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.matching.name import legal_forms
from service.matching.name.spelling import fold
from service.model.match import Tier
from tests.matching.name.companies import best, company


@pytest.mark.parametrize(
    "form",
    ["PT", "P.T.", "LLC", "PJSC", "JSC", "CV", "SCI", "K.K.", "AB", "Kabushiki Kaisha", "SAS", "ООО"],
)
def test_a_company_is_found_by_its_name_with_a_form_in_front_of_it(form: str) -> None:
    """Companies in Indonesia, Russia and France have the legal form in front of the name."""
    assert best(company("Acme"), f"{form} Acme") is Tier.PARTIAL_NAME
    assert best(company("Acme GmbH"), f"{form} Acme") is Tier.PARTIAL_NAME
    assert best(company(f"{form} Acme"), "Acme") is Tier.FULL_NAME
    assert best(company("Apex"), f"{form} Acme") is None


@pytest.mark.parametrize("form", ["ULC", "CLG", "NPC", "SOC Ltd", "Enr.", "(P) Ltd", "Kabushiki Kaisha"])
def test_a_company_is_found_by_its_name_with_a_form_behind_it(form: str) -> None:
    """These are legal forms of Canada, Ireland, South Africa, India and Japan."""
    assert best(company("Acme"), f"Acme {form}") is Tier.PARTIAL_NAME
    assert best(company(f"Acme {form}"), "Acme") is Tier.FULL_NAME
    assert best(company(f"Acme {form}"), form) is None


@pytest.mark.parametrize(
    ("stored", "asked", "tier"),
    [
        ("SAS Institute", "sas", Tier.PARTIAL_NAME),
        ("SAS Institute", "Institute SAS", Tier.FULL_NAME),
        ("SAS Institute", "SAS Institute", Tier.FULL_NAME),
        ("SIA Engineering Company Ltd", "sia", Tier.PARTIAL_NAME),
        ("SIA Engineering Company Ltd", "sia engineering", Tier.PARTIAL_NAME),
        ("Acme SAS", "sas", None),
        ("A&P Ltd", "a", None),
        ("A&P Ltd", "a&p", Tier.FULL_NAME),
    ],
)
def test_a_form_in_front_may_be_a_part_of_the_name(stored: str, asked: str, tier: Tier | None) -> None:
    """So the form is also indexed as a word of the name. A single letter of an abbreviation is no form."""
    assert best(company(stored), asked) is tier


@pytest.mark.parametrize("form", legal_forms.FORMS.split())
def test_a_company_is_found_by_its_name_with_any_form_behind_it(form: str) -> None:
    """Folding and simplifying must change a listed form in the same way as the same form in a name."""
    assert best(company("Acme Widgets"), f"Acme Widgets {form}") is Tier.PARTIAL_NAME
    assert best(company(f"Acme Widgets {form}"), "Acme Widgets") is Tier.FULL_NAME


@pytest.mark.parametrize("form", legal_forms.UNSPACED.split())
def test_a_company_is_found_by_its_name_with_any_form_on_either_side(form: str) -> None:
    """These forms are in scripts without spaces between words."""
    for name in (f"{form}森", f"森{form}"):
        assert best(company("森"), name) is Tier.PARTIAL_NAME
        assert best(company(name), "森") is Tier.FULL_NAME


def test_a_name_of_legal_forms_only_is_kept() -> None:
    """A name without any other words is found only with its legal form."""
    for name in ("GmbH", "Company", "Limited Company", "株式会社", "有限公司", "Co. Ltd."):
        assert best(company(name), name) is Tier.FULL_NAME


@given(st.text(max_size=60))
def test_a_name_never_becomes_empty_without_its_legal_form(name: str) -> None:
    """Removing legal forms only removes words at the ends."""
    folded = fold(name)
    rest = legal_forms.strip(folded)
    assert rest in folded or rest == " ".join(folded.split())
    assert bool(rest) == bool(folded.split())
