"""Where Home Assistant looks for integrations. Not part of a release."""
