"""What of a changed record is shown."""

import pytest

from isms_bot.records import SHOWN, WIDTH, difference


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        pytest.param("a\nb", "a\nb", [], id="the same"),
        pytest.param("a\nb", "a\nc", ["\u2212 b", "+ c"], id="another line"),
        pytest.param("a", "a\n  b\n\n", ["+ b"], id="a line more, empty ones left out"),
        pytest.param("[ ] a", "[x] a", ["\u2212 [ ] a", "+ [x] a"], id="a tick"),
        pytest.param(None, "a", [], id="what it was is not kept any more"),
    ],
)
def test_the_lines_that_differ_are_shown(before, after, shown):
    assert difference(before, after) == shown


def test_a_long_difference_is_cut_and_says_so():
    shown = difference("", "\n".join(f"line {number}" for number in range(SHOWN + 1)))
    assert (len(shown), shown[-1]) == (SHOWN + 1, "…")


def test_a_long_line_is_cut_and_says_so():
    (shown,) = difference("", "x" * (WIDTH + 1))
    assert shown == "+ " + "x" * (WIDTH - 1) + "…"
