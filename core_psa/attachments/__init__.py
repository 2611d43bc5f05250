"""Files on tickets: each content is stored once, under its sha256, however often it was sent.

`rules` says what may come in and what may be looked at in a browser, `files` keeps contents in a folder, `actions` and `store`
keep which file hangs on which message. Whose wall a file stands behind is its ticket's: people come in through
`core_psa.desk.attachments` and `core_psa.reads.attachments`.

Never serves anything: what leaves as a picture or a text has been looked into first, everything else is a download.
"""
