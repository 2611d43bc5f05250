"""The only way to change a ticket.

People, rules, imports and applied suggestions all call `open_ticket` or one of the actions here. Each checks what the
workflow allows, changes the ticket, and writes its timeline, in the caller's transaction.
"""
