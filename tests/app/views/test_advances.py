"""What a list says of how far decisions are: parts that add up."""

import pytest

from app.services.progress import Progress
from app.views.advances import in_words


@pytest.mark.parametrize(
    ("far", "words"),
    [
        (Progress(waiting=1, kept=0, rejected=0), "1 extrait à décider"),
        (Progress(waiting=37, kept=0, rejected=0), "37 extraits à décider"),
        (
            Progress(waiting=1, kept=10, rejected=2),
            "13 extraits : 10 gardés, 2 rejetés, 1 à décider",
        ),
        (Progress(waiting=0, kept=0, rejected=1), "1 extrait : 1 rejeté"),
        (Progress(waiting=0, kept=4, rejected=0), "4 extraits : 4 gardés"),
    ],
)
def test_the_parts_add_up(far: Progress, words: str) -> None:
    assert in_words(far).replace("\u00a0", " ") == words
