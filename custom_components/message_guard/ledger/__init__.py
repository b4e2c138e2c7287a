"""The ledger on disk: written, read, kept, checked. Its format is in `core`."""
