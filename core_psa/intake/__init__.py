"""The way in: what arrives through any channel becomes a ticket here.

Doors: `cleaning` turns a subject and a body into the text that triage and search read. The raw text is stored as it
came; nothing here may alter it, refuse it for its characters, or wait for a model.
"""
