"""How the log is written: lines for a person, or JSON with FIFTHCALL_LOG_JSON. Never a secret, never a ticket's text."""

import logging
import sys

import structlog

from server.settings import Settings


def configure(settings: Settings) -> None:
    """Sends everything to standard error in one form, what libraries have to say from a warning on included."""
    first: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*first, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    last: structlog.typing.Processor = structlog.processors.JSONRenderer() if settings.log_json else _for_people()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=first, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for ours in ("core_psa", "embeddings", "triage", "server"):
        logging.getLogger(ours).setLevel(logging.INFO)


def _for_people() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=24)
