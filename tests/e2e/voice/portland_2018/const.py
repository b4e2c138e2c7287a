"""Constants of the stand-in agent."""

from typing import Final

DOMAIN: Final = "portland_2018"

CONTACTS: Final = ("Alice", "Bob", "Grandma", "Henry", "Doctor Miller", "Dad", "Mom")
"""A contact list of ordinary length."""

ACTION: Final = "grandma"
"""The legacy notify action that it sends with."""
