"""How the agent wants to hear of what, and when they want no mail."""

from starlette.responses import RedirectResponse, Response

from core_psa.db.weeks import clock_face
from core_psa.errors import FieldError, Invalid
from core_psa.notices import preferences
from core_psa.notices.events import EVENTS
from core_psa.notices.rules import Quiet
from server.console.forms import EMPTY, Form, Posted, problems, whole
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/account/notifications")

WAYS = (("both", "On the page and by mail"), ("in_app", "On the page"), ("mail", "By mail"), ("none", "Not at all"))


@router.get("")
def choices_page(visit: Console) -> Response:
    return _page(visit)


@router.post("")
def choose(visit: Console, form: Posted) -> Response:
    try:
        quiet = _quiet(form)
        with visit.db.work() as w:
            preferences.choose(w, visit.viewer, {name: form.text(name) for name in EVENTS if form.given(name)})
            preferences.set_quiet_hours(w, visit.viewer, quiet)
    except Invalid as invalid:
        return _page(visit, form, problems(invalid), 422)
    return RedirectResponse("/account/notifications?saved=1", 303)


def _quiet(form: Form) -> Quiet | None:
    starts, ends = form.text("quiet_from").strip(), form.text("quiet_until").strip()
    weekends = "on" in form.texts("weekends")
    if not (starts or ends):
        return Quiet(0, 0, weekends=True) if weekends else None
    return Quiet(_minute("quiet_from", starts), _minute("quiet_until", ends), weekends)


def _minute(name: str, written: str) -> int:
    hours, minutes = (whole(part) for part in written.partition(":")[::2])
    if hours is None or minutes is None or hours >= 24 or minutes >= 60:
        raise Invalid(FieldError(name, "is not a time of the day such as 18:30"))
    return hours * 60 + minutes


def _page(visit: Visit, form: Form = EMPTY, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    with visit.db.read() as session:
        chosen = preferences.ways(session, visit.viewer)
        quiet = preferences.quiet_hours(session, visit.viewer)
    hours = quiet is not None and quiet.starts != quiet.ends
    return page(
        visit,
        "notices/choices.html",
        status=status,
        events=EVENTS,
        chosen=chosen,
        ways=WAYS,
        quiet_from=clock_face(quiet.starts) if quiet and hours else "",
        quiet_until=clock_face(quiet.ends) if quiet and hours else "",
        weekends=bool(quiet and quiet.weekends),
        form=form,
        errors=errors or {},
    )
