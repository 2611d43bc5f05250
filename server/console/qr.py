"""A QR code as an SVG that stands in the page itself."""

import io

import segno
from markupsafe import Markup


def qr(text: str) -> Markup:
    """Dark squares on white whatever the theme, as cameras want it; sized by the style sheet."""
    written = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(
        written,
        kind="svg",
        border=3,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
    )
    # Made of squares alone: the text is nowhere in it.
    return Markup(written.getvalue().decode())  # noqa: S704
