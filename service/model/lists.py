"""Lists in text."""


def split_list(text: str) -> list[str]:
    """Split at commas and line breaks; blanks around items and empty items are ignored."""
    return [item for part in text.replace("\n", ",").split(",") if (item := part.strip())]
