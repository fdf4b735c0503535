"""Reports: for the terminal, for notebooks, as a page."""
