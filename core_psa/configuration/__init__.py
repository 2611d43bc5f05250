"""What administrators have arranged, as one readable document with names instead of ids; how two of them differ; and back.

`kinds` lists the tables that are configuration, `store` writes the document, `rules` compares two, `renaming` two of one desk, `importing` brings a desk to what one
says by the `ways` of each area, and `versions` keeps them. Neither people, customers and tickets nor secrets are in it.
"""
