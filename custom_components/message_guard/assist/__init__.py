"""Assist: which turns are guarded, and at which of Home Assistant's stages an utterance is answered."""
