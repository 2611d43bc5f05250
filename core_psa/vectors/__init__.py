"""(ticket, encoder, text) -> vector: the truth from which every index is built, and the feed that tells an index what changed.

A row here is never changed for another encoder: two encoders' vectors live side by side and are never compared.
"""
