"""What the desk knows: articles with their versions, call scripts, canned answers.

Doors: `store` and `search` read articles within the viewer's wall (a portal user sees published ones that are public or meant
for their customer, never an internal one), `actions` saves them (every save is a version), `canned_actions` and
`script_actions` keep canned answers and call scripts. `markdown` is the only way from an article's text to HTML, and no HTML
of an author ever goes through it.

Articles know tickets by number alone: what is said of a ticket here comes in as plain facts.
"""
