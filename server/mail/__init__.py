"""Mail going out: letters out of the outbox's rows, one SMTP server they are handed to, and the loop that does so."""
