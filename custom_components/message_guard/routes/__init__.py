"""Routes: the ways in which speech becomes a message without our own sentence being said."""
