"""What the package survived: `python -m tests.reliability` tries it, and prints a table of what was tried how often.

A section is a module with `run(trials)`, which yields a `Count` for each thing that it tries. The short
profile, a hundredth of all trials, runs with the tests; `--long` is run by hand.
"""
