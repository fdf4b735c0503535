"""The default engine: NumPy runs a plan, by source that is written for it."""
