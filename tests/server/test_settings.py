"""Settings in the environment."""

import pytest
from msgspec.structs import replace

from core_psa.errors import Invalid
from server.settings import Secret, Settings, as_environment, read_settings

OTHERS = Settings(
    secret_key=Secret("hidden"), port=1, secure_cookies=True, smtp_timeout_seconds=1.5, mail_ceilings=((1, 2), (3, 4))
)


@pytest.mark.parametrize("settings", [Settings(), OTHERS])
def test_settings_are_read_back_as_they_were_written(settings: Settings) -> None:
    assert read_settings(environment=as_environment(settings)) == settings


def test_what_is_not_said_is_as_the_settings_have_it() -> None:
    assert read_settings(environment={"FIFTHCALL_PORT": "8123", "PORT": "1"}) == replace(Settings(), port=8123)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PORT", "s3cret", ()),
        ("PORT", "70000", ()),
        ("ATTACHMENT_MB", "61", ()),
        ("SECURE_COOKIES", "s3cret", ()),
        ("VECTOR_INDEX", "s3cret", ("faiss", "pgvector")),
        ("MAIL_CEILINGS", "s3cret", ()),
        ("MAIL_CEILINGS_PERSON", '[[1, "s3cret"]]', ()),
        ("SMTP_TIMEOUT_SECONDS", "0", ()),
    ],
)
def test_a_wrong_value_names_its_variable_and_is_not_repeated(name: str, value: str, allowed: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        read_settings(environment={f"FIFTHCALL_{name}": value})
    (error,) = refused.value.errors
    assert (error.field, error.allowed) == (f"FIFTHCALL_{name}", allowed)
    assert "s3cret" not in error.message


def test_no_secret_is_shown() -> None:
    assert "hidden" not in repr(OTHERS)


def test_an_address_that_names_no_store_is_refused_without_saying_it() -> None:
    with pytest.raises(Invalid) as refused:
        read_settings(environment={"FIFTHCALL_DATABASE_URL": "mysql://root:hidden@host/desk"})
    assert "FIFTHCALL_DATABASE_URL" in str(refused.value)
    assert "hidden" not in str(refused.value)
