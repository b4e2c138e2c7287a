"""Coverage-guided fuzzing: python -m tests.fuzz [-max_total_time=SECONDS …], as libFuzzer has it.

Ends with a non-zero code and the text that broke something, if any did.
"""

import sys

import atheris

with atheris.instrument_imports(include=["custom_components.message_guard"]):
    from tests.fuzz.targets import everything

SEEDS = (
    "please deliver the message",
    "please please deliver a message.",
    "send seventy three",
    "send 57",
    "tell Anna that I am late",
    "send a message to Grandma Rose and Anna saying dinner is ready",
    "four nine one seven",
    "double five oh nine",
    "no, don't send it",
    "Yes.",
)


def one_input(data: bytes) -> None:
    """Read the bytes as a recogniser's text, and as words put together anew."""
    provider = atheris.FuzzedDataProvider(data)
    everything(provider.ConsumeUnicodeNoSurrogates(400))
    words = " ".join(SEEDS).split()
    everything(
        " ".join(
            words[provider.ConsumeIntInRange(0, len(words) - 1)]
            for _ in range(provider.ConsumeIntInRange(0, 12))
        )
    )


atheris.Setup(sys.argv, one_input)
atheris.Fuzz()
