"""Every kind of error has its HTTP status."""

from collections.abc import Iterator

import pytest

import server.app  # noqa: F401 - so that every module that defines an error is loaded
from core_psa.errors import DomainError
from server.errors import STATUS


def kinds(base: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=str), ids=lambda k: k.__name__)
def test_a_kind_of_error_has_a_status(kind: type[DomainError]) -> None:
    assert any(issubclass(kind, known) for known, _ in STATUS)
