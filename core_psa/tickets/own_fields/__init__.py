"""Fields that a ticket type has of its own: a serial number, a date of change, who needs the new account.

`rules` reads what somebody gave for one, `store` finds the fields of a type, `actions` arranges them. The values of a
ticket stand in its `TicketDetail`, by the field's name.
"""
