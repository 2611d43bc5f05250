"""A made-up service provider and a year of its tickets, for `make demo`, tests and benchmarks.

Doors: `organisation.build` (the desk, its agents, customers and lists), `generator.generate` (its tickets in time order),
`outages.plan` (what broke or was maintained for several customers at once).

Everything here is pure: the same arguments give the same rows, no clock is read, nothing is stored. Words, names and
weights stand in `data/`; no name belongs to a real company or person. It must never import the store: whoever loads a
demo desk writes these rows through the public doors.
"""
