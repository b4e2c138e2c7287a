"""Bypasses: how speech could still become a message that nobody is asked about.

Read off the configuration, and told in Repairs.
"""
