"""The ledger on disk: written, read, kept, checked. Its format, without Home Assistant, is in `format`."""
