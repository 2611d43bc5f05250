"""The door of importing: checks what was asked for before a row is read."""

from pathlib import Path

from core_psa.db import Database
from core_psa.errors import FieldError, Invalid
from core_psa.intake.importing import columns
from core_psa.intake.importing.attempt import Attempt
from core_psa.intake.importing.kinds import KINDS, Kind
from core_psa.intake.importing.options import UNKNOWN, Options, Progress, Result
from core_psa.intake.importing.readers import open_source
from core_psa.viewer import Viewer


def import_file(
    db: Database,
    viewer: Viewer,
    kind: str,
    path: Path,
    options: Options,
    progress: Progress = lambda done, total: None,
) -> Result:
    """Imports what of the file is not here yet.

    An interrupted import of the same file with the same options goes on where it was. `progress` gets the rows done and the rows there are. Raises Invalid for a file, a column map or
    options that cannot be used, and OSError for a file that cannot be read.
    """
    found = _kind(kind)
    viewer.require(found.permission)
    _check(options, found)
    source = open_source(path)
    chosen = columns.choose(source.columns, options.columns, found.fields)
    columns.require(chosen, source.columns, *found.needed)
    return Attempt(db, viewer, kind, source, chosen, options).run(progress)


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Invalid(FieldError("kind", f"'{name}' cannot be imported", tuple(KINDS)))
    return KINDS[name]


def _check(options: Options, kind: Kind) -> None:
    errors = []
    if options.unknown not in UNKNOWN:
        errors.append(FieldError("unknown", f"'{options.unknown}' is not a choice", UNKNOWN))
    if not 0 < len(options.source.strip()) <= 500:
        errors.append(FieldError("source", "must have 1 to 500 characters"))
    wrong = [field for field in options.values if columns.our_name(field) not in kind.fields]
    errors += [FieldError("values", f"'{field[:100]}' is not a field", tuple(kind.fields)) for field in wrong]
    if errors:
        raise Invalid(*errors)
