"""Speech to text with pocketsphinx."""

import re
from typing import Final

import numpy as np
from pocketsphinx import Config, Decoder, get_model_path

from . import language_model, sound

_FLOOR: Final = -58.0
"""Noise added under every clip, dB: without it faint speech becomes inserted words."""


class Sphinx:
    """Turns one clip into text."""

    def __init__(self, model: str = "household") -> None:
        """Load the acoustic model and the language model "household" or "stock"."""
        path = (
            language_model.household_model()
            if model == "household"
            else language_model.stock_model()
        )
        self._decoder = Decoder(
            Config(
                hmm=get_model_path("en-us/en-us"),
                lm=str(path),
                dict=get_model_path("en-us/cmudict-en-us.dict"),
                loglevel="FATAL",
            )
        )

    def hear(self, clip: sound.Samples) -> str:
        """Return what was said in the clip's foreground, in lower case, without punctuation."""
        clip = sound.at_level(sound.foreground(clip), -22.0)
        random = np.random.default_rng(clip.size)
        clip = sound.mix(clip, sound.noise(clip.size / sound.RATE, _FLOOR, random))
        self._decoder.start_utt()
        self._decoder.process_raw(clip.tobytes(), no_search=False, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        text = found.hypstr if found is not None else ""
        return " ".join(re.sub(r"\(\d+\)|<[^>]*>|\[[^]]*\]", " ", text).lower().split())
