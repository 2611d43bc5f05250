"""The one web application of a test process. Putting its routes together takes longer than most tests."""

from fastapi import FastAPI

from server.app import create_app, put_before
from server.wiring import Desk

_built: list[FastAPI] = []


def application(desk: Desk) -> FastAPI:
    """In front of this desk from now on. A sandbox needs an application of its own: what it says of itself is built in."""
    if not _built:
        _built.append(create_app(desk))
    put_before(_built[0], desk)
    return _built[0]
