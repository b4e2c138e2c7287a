"""Provenance: did somebody speak? Which turn a call, an event, a state or a file comes from. It holds nothing back."""
