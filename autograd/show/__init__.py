"""Graphs and derivations, to be looked at."""
