"""Formulas: from LaTeX to trees and back."""
