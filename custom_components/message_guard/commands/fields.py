"""What fields of several commands take."""

from typing import Final

import probatio

ID: Final = probatio.All(str, probatio.Length(min=1, max=255))
"""An id, Home Assistant's or ours."""

DAY: Final = probatio.All(str, probatio.Length(min=1, max=32))
"""A day, in ISO 8601; whoever reads it refuses what is none."""

LARGEST_PAGE: Final = 200

PAGE: Final = {
    probatio.Optional("before"): probatio.All(int, probatio.Range(min=1, max=2**53)),
    probatio.Optional("limit", default=50): probatio.All(
        int, probatio.Range(min=1, max=LARGEST_PAGE)
    ),
}
"""Which part of a list: so many, the newest of those that are older than this number of an entry."""
