"""Bypasses: how speech could still become a message that nobody is asked about, read off the configuration and told in Repairs."""
