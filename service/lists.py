"""Parse settings that are lists."""

import re


def split_list(text: str) -> tuple[str, ...]:
    """Return the items between commas or line breaks, without blanks around them and without empty ones."""
    return tuple(item for part in re.split(r"[,\n]", text) if (item := part.strip()))
