"""What to suggest for a ticket, and how sure to be.

The road of one suggestion: `engine` finds solved neighbours and turns them into
one proposal a field (`votes`) and a time to resolve (`eta`); where nothing was solved yet,
`cold_start` compares category descriptions; `calibration` says how often such a proposal was right;
`modes` decides what is shown and what is applied. `learning` fits what a desk can learn from its own
solved tickets, and `backtest` measures all of it on rows it has not seen.

Everything here is arrays and plain values. Values are opaque: a desk passes row ids, a backtest strings.
Only `desk` knows the ticket store; to plug the engine into another store, write that file again.
"""
