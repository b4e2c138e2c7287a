"""The ways by which contacts are reached. What is in here is driven by `guarding/delivery.py`, and by nothing else."""
