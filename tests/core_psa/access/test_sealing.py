"""Secrets that are read back do not stand in the store as they are."""

import pyotp
from sqlalchemy import select, update

from core_psa.access import providers, second_factor
from core_psa.access.sealing import kept, seal_all
from core_psa.access.tables import IdentityProvider, SecondFactor
from core_psa.audit.tables import AuditEntry
from core_psa.db import Database
from core_psa.organisation.actions import create_agent
from core_psa.viewer import SYSTEM

LOGIN = {"name": "Login", "issuer": "https://login.example", "client_id": "desk"}


def enrolled(db: Database) -> str:
    """The secret of an agent's new authenticator."""
    with db.work() as w:
        agent = create_agent(w, SYSTEM, name="Mara Castell", email="mara@harbour.example")
        return second_factor.begin(w, agent.id, "Harbour IT").secret


def test_an_authenticators_secret_is_sealed(db: Database) -> None:
    secret = enrolled(db)
    with db.read() as session:
        assert secret not in (session.scalars(select(SecondFactor.secret)).one())


def test_a_providers_secret_is_sealed_and_read_back(db: Database) -> None:
    with db.work() as w:
        row = providers.create_provider(w, SYSTEM, **LOGIN, client_secret="do not tell")  # type: ignore[arg-type]
        assert "do not tell" not in row.client_secret
        assert providers.client_secret(w.session, row) == "do not tell"


def test_giving_the_same_secret_again_changes_nothing(db: Database) -> None:
    with db.work() as w:
        row = providers.create_provider(w, SYSTEM, **LOGIN, client_secret="do not tell")  # type: ignore[arg-type]
        entries = len(w.session.scalars(select(AuditEntry.id)).all())
        providers.update_provider(w, SYSTEM, row.id, client_secret="do not tell")
        assert len(w.session.scalars(select(AuditEntry.id)).all()) == entries


def test_what_was_left_in_clear_is_sealed_once(db: Database) -> None:
    secret = enrolled(db)
    with db.work() as w:
        w.session.execute(update(SecondFactor).values(secret=secret))
    with db.work() as w:
        assert kept(w.session) == {"clear": 1, "sealed": 0, "lost": 0}
        assert (seal_all(w), seal_all(w)) == (1, 0)
        row = w.session.scalars(select(SecondFactor)).one()
        assert second_factor.confirm(w, row.agent_id, pyotp.TOTP(secret).at(w.now))


def test_what_only_a_lost_key_opens_is_counted(db: Database) -> None:
    enrolled(db)
    with db.work() as w:
        w.session.execute(update(SecondFactor).values(secret="sealed:of-another-key"))
        w.session.expire_all()
        assert kept(w.session)["lost"] == 1


def test_no_provider_is_no_secret(db: Database) -> None:
    with db.work() as w:
        providers.create_provider(w, SYSTEM, **LOGIN)  # type: ignore[arg-type]
        assert w.session.scalars(select(IdentityProvider.client_secret)).one() == ""
        assert sum(kept(w.session).values()) == 0
