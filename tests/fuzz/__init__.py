"""Fuzzing of everything that reads what a stranger's voice has put in."""
