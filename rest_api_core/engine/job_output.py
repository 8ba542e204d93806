"""A file of the result of a job while it is written, in parts of a few MiB."""

from __future__ import annotations

from typing import Protocol

PART = 4 * 1024 * 1024  # bytes


class _File(Protocol):
    def _append(self, content: bytes, count: int) -> None: ...


class Output:
    """Bytes on their way into a ``rest.job.file``.

    :param file: the record, in the transaction of the job
    """

    def __init__(self, file: _File) -> None:
        self._file = file
        self._pieces: list[bytes] = []
        self._size = self._count = 0

    @property
    def is_full(self) -> bool:
        return self._size >= PART

    # pylint: disable-next=method-required-super
    def write(self, content: bytes, count: int = 0) -> None:
        """:param count: the number of records that the bytes are"""
        self._pieces.append(content)
        self._size += len(content)
        self._count += count

    def flush(self) -> None:
        """Store the pieces so far, in the transaction of the job."""
        content = b"".join(self._pieces)
        for start in range(0, self._size, PART):
            is_last = start + PART >= self._size
            part = content[start : start + PART]
            self._file._append(part, self._count if is_last else 0)
        self._pieces, self._size, self._count = [], 0, 0
