"""What the guard leans on: decisions, replies, what waits, what is written down."""
