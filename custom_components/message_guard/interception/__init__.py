"""Interception: what speech would send by other means than our own sentence is held, and asked about."""
