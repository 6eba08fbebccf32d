"""Read NDJSON: a JSON object in each line."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, BinaryIO

import orjson

from service.transfer.errors import UnreadableFile
from service.transfer.files.encodings import describe
from service.transfer.files.lines import Lines, LongLine
from service.transfer.files.records import MAX_COLUMNS, Cell, Record

_SAMPLE_LINES = 1000
_MAX_DEPTH = 4


class _TooMuch(Exception):
    """The object has too many values, or is nested too deeply."""


class NdJson:
    """The objects of an NDJSON file. A value in an object or a list has a path such as ``keys.NAME.1``.

    Raises:
        UnreadableFile: If the file has no lines, or the first one is no JSON object.

    """

    complete = False
    unit = "rows"
    in_lines = True

    def __init__(self, content: BinaryIO, encoding: str) -> None:
        self._content, self._encoding = content, encoding
        self._columns = self._sample()

    @property
    def description(self) -> str:
        """The format and the encoding."""
        return f"NDJSON in {describe(self._encoding)}"

    @property
    def columns(self) -> Sequence[tuple[str, str]]:
        """The paths of the first lines."""
        return [(path, path) for path in self._columns]

    def __iter__(self) -> Generator[Record]:
        lines = Lines(self._content, self._encoding)
        try:
            yield from _records(lines)
        finally:
            lines.detach()

    def _sample(self) -> Sequence[str]:
        paths: dict[str, None] = {}
        count = 0
        with closing(iter(self)) as records:
            for count, record in enumerate(records, 1):
                if count == 1 and record.problem:
                    raise UnreadableFile(f"The first line is not NDJSON: {record.problem}")
                paths.update(dict.fromkeys(cell.path for cell in record.cells))
                if count >= _SAMPLE_LINES or len(paths) > MAX_COLUMNS:
                    break
        if not count:
            raise UnreadableFile("The file is empty; export it again.")
        return list(paths)


def _records(lines: Lines) -> Iterator[Record]:
    number = 0
    while True:
        number += 1
        lines.begin_record()
        try:
            line = next(lines)
        except StopIteration:
            return
        except LongLine as error:
            yield Record(number, problem=str(error))
        else:
            if line.strip():
                yield _read(number, line)


def _read(number: int, line: str) -> Record:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return Record(number, problem="The line is not valid JSON.")
    if not isinstance(value, dict):
        hint = (
            "write each element of the array in its own line" if isinstance(value, list) else "write objects"
        )
        return Record(number, problem=f"The line is no JSON object; {hint}.")
    cells: list[Cell] = []
    try:
        _flatten("", value, cells, 0)
    except _TooMuch:
        return Record(number, problem="The JSON object has too many values, or is nested too deeply.")
    return Record(number, cells)


def _flatten(path: str, value: Any, cells: list[Cell], depth: int) -> None:
    if depth > _MAX_DEPTH or len(cells) > MAX_COLUMNS:
        raise _TooMuch
    if isinstance(value, Mapping):
        for name, member in value.items():
            _flatten(f"{path}.{name}" if path else name, member, cells, depth + 1)
    elif isinstance(value, list):
        for index, member in enumerate(value, 1):
            _flatten(f"{path}.{index}", member, cells, depth + 1)
    elif value is not None and value != "":
        cells.append(Cell(path, path, value if isinstance(value, str) else _text(value)))


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return orjson.dumps(value).decode()
