"""The programs of Debian that some tests stand on: PostgreSQL, Redis, Chromium."""

import os
import shutil
from pathlib import Path

import pytest


def need(name: str, *, package: str, among: str = "") -> str:
    """Return the path of a program; without it the test is skipped, or fails where CI is set.

    `among` is a glob of folders to look in besides the usual ones.
    """
    folders = (
        [str(folder) for folder in sorted(Path("/").glob(among), reverse=True)] if among else []
    )
    path = shutil.which(name, path=os.pathsep.join([*folders, os.environ["PATH"]]))
    if path is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say(f"{name} is missing: install Debian's package {package}")
    assert path is not None
    return path
