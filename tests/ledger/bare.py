"""Import this first to use the ledger without Home Assistant: programs of these tests start sooner."""

from pathlib import Path
import sys
import types

PACKAGE = "custom_components.message_guard"

if PACKAGE not in sys.modules:
    package = types.ModuleType(PACKAGE)
    package.__path__ = [str(Path(__file__).parents[2] / PACKAGE.replace(".", "/"))]
    sys.modules[PACKAGE] = package
