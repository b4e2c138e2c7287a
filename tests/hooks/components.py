"""Which of Home Assistant's components the tests of the hooks set up."""

from typing import Final

COMPONENTS: Final = (
    "assist_pipeline",
    "assist_satellite",
    "automation",
    "camera",
    "conversation",
    "group",
    "input_boolean",
    "intent_script",
    "matrix",
    "mobile_app",
    "scene",
    "script",
    "stream",
    "template",
    "trace",
    "universal",
)
"""What the tests set up, and what that imports (mobile_app imports camera, and camera stream).

`scripts/canary` installs what these ask for.
"""
