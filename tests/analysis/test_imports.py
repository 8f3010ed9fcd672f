"""What shows labels and figures must not load spaCy."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "modules",
    [
        "analysis.codebook, analysis.corpus, analysis.suggestions, analysis.tally",
        "analysis.personal",
        "analysis.exchange.refi_qda, analysis.exchange.iramuteq, analysis.exchange.tables",
        "analysis.codebook_changes, analysis.exchange.codebook_imports",
    ],
)
def test_loads_neither_spacy_nor_matplotlib(modules: str) -> None:
    code = f"import sys, {modules}; print({{'spacy', 'matplotlib', 'numpy'}} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == "set()"


def test_tagging_does_not_load_what_learns() -> None:
    code = "import sys, analysis.__main__; print({'sklearn', 'scipy'} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == "set()"
