"""What a person wrote, without what their mail program added: the text that triage and search read.

Doors: `clean(subject, body)`, `clean_body(body)`, `text_hash(text)` and `TEXT_VERSION`, which grows whenever the same
input would give another text, so that vectors of two versions are never compared.

The road: `characters` (what cannot be seen or compared) → `markup` (HTML to text) → `notices` (banners, disclaimers) →
`message` (the first of a chain: `quotes`, then `signatures`); `phrases` holds what each language says. Everything is own lines:
mail-parser-reply takes a list written with hyphens for a signature, knows no Portuguese, and needs more than ten seconds
for 20,000 empty lines; the standard html.parser needs as long for 100 kB of opened comments.

Must never raise, never take more time than the length of its input asks for, and never leave nothing of a text in which
there was something to see.
"""

from core_psa.intake.cleaning.text import TEXT_VERSION, clean, clean_body, text_hash

__all__ = ["TEXT_VERSION", "clean", "clean_body", "text_hash"]
