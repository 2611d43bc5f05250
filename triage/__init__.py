"""What to suggest for a ticket, and how sure to be.

The road of one suggestion: `engine` finds solved `neighbours` and turns them into one proposal a field (`votes`) and a
time to resolve (`eta`, over `times`); `calibration` says how often such a proposal was right; where nothing was solved
yet, `cold_start` compares what the desk wrote about its values; `modes` decides what is shown and what is applied.

The road of learning: `learning` asks the engine about the newest solved tickets as if they had just come in.

The road of a backtest: `exchange` reads files, `hindsight` keeps to what was known then, `backtest` answers and compares
with `baselines`, by `scores` and `metrics`.

Everything here is arrays and plain values. Values are opaque: a desk passes row ids, a backtest strings. Nothing here may
import the ticket store but `desk`: to plug the engine into another store, write that again. `loop` keeps it going.
"""
