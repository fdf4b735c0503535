"""Verdicts: claims compared, slips explained and put right."""
