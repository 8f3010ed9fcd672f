"""Saturation by Guest, Namey and Chen (2020): base, runs, threshold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.saturation import Run, saturation


def new_themes(*counts):
    """Testimonies that each bring so many new themes, and repeat the first one."""
    first = 0
    for count in counts:
        yield {"t0", *(f"t{number}" for number in range(first, first + count))}
        first += count


def test_the_steps_of_the_authors():
    """The steps of Guest, Namey & Chen (2020) with a base of 4, runs of 2, 5 %; our own numbers.

    Four testimonies bear 37 themes; the next two bring 4 more, 11 %, over the threshold; two more
    bring 1, 3 %: saturation at « 6+2 », as the authors write it.
    """
    found = saturation(new_themes(16, 12, 6, 3, 3, 1, 1, 0), base=4, run=2, threshold=0.05)
    assert len(found.base) == 37
    assert [(run.first, run.last, len(run.new), round(100 * run.share)) for run in found.runs] == [
        (5, 6, 4, 11),
        (7, 8, 1, 3),
    ]
    assert found.reached == 8
    assert found.seen == (16, 28, 34, 37, 40, 41, 42, 42)


def test_what_comes_after_one_might_have_stopped_is_told():
    found = saturation(new_themes(3, 1, 0, 0, 0, 0, 2, 0), base=4, run=2)
    assert found.reached == 6
    assert found.later == ("t4", "t5")
    assert found.runs[0] == Run(5, 6, (), 0.0)


@pytest.mark.parametrize("counts", [(), (3,), (3, 1, 0, 0), (3, 1, 0, 0, 0)])
def test_too_few_testimonies_tell_nothing(counts):
    found = saturation(new_themes(*counts), base=4, run=2)
    assert (found.runs, found.reached) == ((), None)
    assert found.themes == sum(counts)


def test_a_base_without_a_theme_is_not_saturated_by_a_new_one():
    found = saturation([[], [], ["a"], []], base=2, run=1, threshold=0.0)
    assert [run.share for run in found.runs] == [1.0, 0.0]
    assert found.reached == 4


@pytest.mark.parametrize(("base", "run"), [(0, 1), (1, 0)])
def test_what_cannot_be_is_refused(base, run):
    with pytest.raises(ValueError, match="cannot be"):
        saturation([], base=base, run=run)


@given(st.lists(st.sets(st.sampled_from("abcdef")), max_size=15), st.integers(1, 4))
def test_the_curve_is_that_of_sets(testimonies, run):
    found = saturation(testimonies, base=2, run=run)
    assert found.seen == tuple(
        len(set().union(*testimonies[: rank + 1])) for rank in range(len(testimonies))
    )
    for each in found.runs:
        before = set().union(*testimonies[: each.first - 1])
        during = set().union(*testimonies[each.first - 1 : each.last])
        assert set(each.new) == during - before
