"""A button on the wall, as an integration of real buttons has one. For tests."""
