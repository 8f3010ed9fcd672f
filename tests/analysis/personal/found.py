"""What the finders find, as the tests write it."""

from analysis.personal import propose


def found(text: str, *kinds: str) -> list[tuple[str, str]]:
    """The type and the words of each proposal of *text*, of *kinds* alone if there are any."""
    return [
        (one.type, text[one.start : one.end])
        for one in propose(text)
        if not kinds or one.type in kinds
    ]


def words(text: str, *kinds: str) -> list[str]:
    """The words alone."""
    return [words for _, words in found(text, *kinds)]
