"""How far each field's suggestions go, for those who may decide that."""

from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.errors import FieldError, Invalid
from core_psa.suggestions import actions, store
from core_psa.suggestions.rules import FIELDS, MODES
from server.console.forms import Form, Posted, whole
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router()

ABOUT = {
    "off": "nothing is worked out",
    "monitor": "worked out and measured, shown to nobody",
    "suggest": "shown, a person decides",
    "auto": "set by itself where it is sure enough and nobody has set the field",
}


@router.get("/suggestions/modes")
def modes_page(visit: Console, saved: bool = False) -> Response:
    visit.viewer.require("suggestions.configure")
    return _page(visit, saved=saved)


@router.post("/suggestions/modes")
def set_modes(visit: Console, form: Posted) -> Response:
    """Saves every field's row, or none of them."""
    errors: dict[str, str] = {}
    try:
        with visit.db.work() as w:
            for name in FIELDS:
                _set(w, visit, name, form, errors)
            if errors:
                raise Invalid(*(FieldError(name, message) for name, message in errors.items()))
    except Invalid:
        return _page(visit, errors=errors, form=form, status=422)
    return RedirectResponse("/suggestions/modes?saved=1", 303)


def _set(w: Work, visit: Visit, name: str, form: Form, errors: dict[str, str]) -> None:
    try:
        suggest_from, auto_from = _share(form, f"{name}_suggest"), _share(form, f"{name}_auto")
        actions.set_mode(w, visit.viewer, name, form.text(f"{name}_mode"), suggest_from, auto_from)
    except Invalid as invalid:
        errors[name] = invalid.errors[0].message


def _share(form: Form, name: str) -> float:
    """Whole per cent, as people write it, as a share."""
    written = form.text(name).strip().removesuffix("%").strip()
    number = whole(written)
    if number is None or number > 100:
        raise Invalid(FieldError(name, "thresholds are whole numbers from 0 to 100"))
    return number / 100


def _page(
    visit: Visit,
    *,
    saved: bool = False,
    errors: dict[str, str] | None = None,
    form: Form | None = None,
    status: int = 200,
) -> Response:
    with visit.db.read() as session:
        modes = store.mode_of(session)
    return page(
        visit,
        "modes.html",
        status=status,
        modes=modes,
        names=MODES,
        about=ABOUT,
        saved=saved,
        errors=errors or {},
        form=form,
    )
