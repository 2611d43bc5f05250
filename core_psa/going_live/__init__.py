"""Taking a desk into service: what has still to be set up (`steps`), whether it works (`acceptance`), who said so, and its
first week (`first_week`). Everything is computed from the desk as it is; kept are only who does what until when, and sign-offs.
"""
