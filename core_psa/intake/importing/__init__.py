"""Tickets and people from files of another desk: CSV, JSON Lines, Parquet.

Door: `import_file`, with its `Options` and `Result`.

The road: `readers` (rows of a file; `lines`, `cells`) → `columns` (which column is what) → `ticket_rows` (a row in our words)
→ `names` (`directory`, `requesters`) and `references` (what the names mean here) → `tickets` (`composing`, `store`: the rows the desk would
have written). `attempt` takes a file down that road in short transactions, at the `pace` that others leave, reading `ahead`; `runs` remembers
how far it came; `links` ties duplicates at the end; `kinds` lists what can be imported.

Must never hold up the desk, write a row twice, or lose one without saying which and why.
"""

from core_psa.intake.importing.actions import import_file
from core_psa.intake.importing.options import Options, Progress, Rejection, Result

__all__ = ["Options", "Progress", "Rejection", "Result", "import_file"]
