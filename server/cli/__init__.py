"""`fifthcall`: one file a command, registered in `main`.

`--help` and wrong arguments must answer at once, so these files import nothing but typer at their top; what a command
needs it imports when it runs. Errors of the domain go to standard error as one line and end the command with 1; typer
answers wrong arguments itself, with 2.
"""
