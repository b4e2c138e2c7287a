"""What the home knows: the time, the risks, who speaks and who listens."""
