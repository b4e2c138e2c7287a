"""A real Home Assistant process, so not beside the unit tests' plugin (see tests/e2e/conftest.py)."""

from tests.e2e.conftest import pytest_ignore_collect

__all__ = ["pytest_ignore_collect"]
