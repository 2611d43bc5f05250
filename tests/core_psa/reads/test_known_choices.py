"""What is kept in memory of a desk's configuration goes with the desk."""

import gc
import weakref

from core_psa.db import Database
from core_psa.intake.receive import NewTicket, receive
from core_psa.organisation.store import desk_name
from core_psa.reads.choices import choices
from core_psa.viewer import SYSTEM


def test_what_is_known_of_a_desk_keeps_none_of_it_open(sqlite_url: str) -> None:
    db = Database.open(sqlite_url)
    with db.work() as w:
        receive(w, SYSTEM, NewTicket("The printer is jammed", "Since this morning."))
    with db.read() as session:
        choices(session, customers=True)
        desk_name(session)
    engine = weakref.ref(db.engine)
    db.close()
    del db, w, session
    gc.collect()
    assert engine() is None
