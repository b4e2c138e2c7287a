"""The ledger's format: what an entry is, how it is encoded, chained, signed and verified. Standard library only.

docs/ledger-format.md describes it; scripts/verifier/build makes one file of it that runs without Home Assistant.
"""
