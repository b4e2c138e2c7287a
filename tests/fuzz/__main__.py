"""Coverage-guided fuzzing: python -m tests.fuzz [-max_total_time=SECONDS …], as libFuzzer has it.

Ends with a non-zero code and the text that broke something, if any did.
"""

import sys

import atheris

with atheris.instrument_imports(include=["custom_components.message_guard"]):
    from tests.fuzz.targets import CODES, everything, words


def one_input(data: bytes) -> None:
    """Read the bytes as a recogniser's text, and as words of one language put together anew."""
    provider = atheris.FuzzedDataProvider(data)
    code = CODES[provider.ConsumeIntInRange(0, len(CODES) - 1)]
    everything(provider.ConsumeUnicodeNoSurrogates(400), code)
    known = words(code)
    everything(
        " ".join(
            known[provider.ConsumeIntInRange(0, len(known) - 1)]
            for _ in range(provider.ConsumeIntInRange(0, 12))
        ),
        code,
    )


atheris.Setup(sys.argv, one_input)
atheris.Fuzz()
