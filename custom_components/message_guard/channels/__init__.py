"""The ways by which contacts are reached. What is in here is driven by `delivery.py`, and by nothing else."""
