"""What formulas mean: names, and their values on the graph."""
