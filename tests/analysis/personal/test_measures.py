"""How well it finds, on texts written before its rules; and how that is measured."""

from pathlib import Path

import pytest

from analysis.corpus import CorpusError
from analysis.personal import Proposal
from analysis.personal.measures import Marked, Measure, measure, read_marked, table, tally

CORPORA = Path(__file__).parents[3] / "analysis" / "corpora" / "personal"
AIMS = {"PHONE": 0.98, "EMAIL": 0.98, "ADDRESS": 0.98, "PER": 0.90}


@pytest.mark.parametrize("half", ["tuning", "held-apart"])
def test_finds_what_the_house_promises(half: str) -> None:
    measures = measure(read_marked(CORPORA / f"{half}.jsonl"))
    for kind, aim in AIMS.items():
        assert measures[kind].recall >= aim, kind
        assert measures[kind].precision >= 0.85, kind
    assert measures["total"].precision >= 0.85


def test_counts_what_is_covered_and_what_is_right() -> None:
    text = Marked("1", "Julie Rey à Lyon, rue Zola", ((0, 9, "PER"), (12, 16, "LOC")), ((18, 26),))
    proposals = [
        Proposal(0, 5, "PER", "", ()),
        Proposal(10, 11, "PER", "", ()),
        Proposal(12, 16, "LOC", "", ()),
        Proposal(22, 26, "PER", "", ()),
        Proposal(22, 26, "ORG", "", ()),
    ]
    assert dict(tally(text, proposals)) == {
        ("PER", "marked"): 1,
        ("PER", "found"): 0,
        ("LOC", "marked"): 1,
        ("LOC", "found"): 1,
        ("PER", "proposed"): 2,
        ("PER", "right"): 1,
        ("LOC", "proposed"): 1,
        ("LOC", "right"): 1,
    }


def test_shows_the_measures() -> None:
    assert table({"PER": Measure(4, 3, 5, 4)}) == (
        "type      marqués  rappel  proposés  précision\n"
        "PER             4   0.750         5      0.800\n"
    )
    assert (Measure(0, 0, 0, 0).recall, Measure(0, 0, 0, 0).precision) == (1.0, 1.0)


def test_refuses_a_file_that_is_no_reference(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    with pytest.raises(CorpusError, match=r"gold\.jsonl : lecture impossible"):
        read_marked(path)
    path.write_text('{"id": "1", "text": "a"}\n')
    with pytest.raises(CorpusError, match="ligne 1 : « id », « text » et « entities »"):
        read_marked(path)
