"""What is stored of what was written, and what is refused."""

import pytest

from core_psa.db import fields
from core_psa.db.fields import MAX_NAME, Refused


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("+49 30 1234567", "+49301234567"),
        ("0049 (0)30 / 123-4567", "+49301234567"),
        ("+1 (212) 555.0100", "+12125550100"),
    ],
)
def test_a_phone_number_is_stored_in_e164(written: str, stored: str) -> None:
    assert fields.phone(written) == stored


@pytest.mark.parametrize("written", ["030 1234567", "+0 123 45678", "+49 30 CALL ME", "+1234567890123456", ""])
def test_a_phone_number_without_country_or_with_other_characters_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        fields.phone(written)


def test_an_address_is_stored_in_lower_case() -> None:
    assert fields.email(" Ida.Vance@Example.COM ") == "ida.vance@example.com"


@pytest.mark.parametrize("written", ["ida", "ida@", "@example.com", "ida vance@example.com", "ida@example", "i@e..com"])
def test_what_is_not_an_address_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        fields.email(written)


def test_an_international_domain_is_stored_in_its_ascii_form() -> None:
    assert fields.domain("Bücher.example") == "xn--bcher-kva.example"


def test_an_unknown_time_zone_is_refused_with_the_nearest_ones() -> None:
    with pytest.raises(Refused) as refused:
        fields.timezone("Europe/Berln")
    assert "Europe/Berlin" in refused.value.allowed


@pytest.mark.parametrize("written", ["", "   ", "x" * (MAX_NAME + 1), "two\nlines", "nul\x00"])
def test_a_name_is_one_line_of_at_most_500_characters(written: str) -> None:
    with pytest.raises(Refused):
        fields.name(written)


def test_a_name_in_any_script_is_kept_without_the_blanks_around_it() -> None:
    assert fields.name(" Störung 障害 🚨 ") == "Störung 障害 🚨"


def test_an_empty_text_means_no_value_where_one_is_optional() -> None:
    assert fields.optional(fields.phone)("") is None


def test_tags_are_sorted_and_each_stands_once() -> None:
    assert fields.tags([" vpn ", "home office", "", "vpn"]) == ["home office", "vpn"]


def test_a_tag_holds_no_comma() -> None:
    with pytest.raises(Refused, match="comma"):
        fields.tags(["mail, slow"])
