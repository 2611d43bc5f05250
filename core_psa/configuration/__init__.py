"""What administrators have arranged, as one readable document with names instead of ids, and how two of them differ.

`kinds` lists the tables that are configuration, `store` writes the document, `rules` compares two. Neither people,
customers and tickets nor secrets are in it.
"""
