"""The panel and the card: who may see what on a screen, and what is shown there."""
