"""How fast, how good. Each module has `main(arguments)`; `fifthcall bench NAME` and `python -m bench.NAME` run it.

Everything that is compared is measured in the same run; results worth keeping stand in docs/benchmarks.md with machine and date.
"""
