"""Lists in text."""


def split_list(text: str) -> list[str]:
    """Split a text at commas and line breaks. Strip white space around each item, and drop empty items."""
    return [item for part in text.replace("\n", ",").split(",") if (item := part.strip())]
