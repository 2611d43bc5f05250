"""Pages around being told: one's notifications and choices, and for administrators the texts and the outbox."""
