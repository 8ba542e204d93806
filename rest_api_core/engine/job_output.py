"""A file of the result of a job while it is written, in parts of a few MiB."""

PART = 4 * 1024 * 1024  # bytes


class Output:
    """Bytes on their way into a ``rest.job.file``.

    :param file: the record, in the transaction of the job
    """

    def __init__(self, file):
        self._file = file
        self._pieces, self._size, self._count = [], 0, 0

    @property
    def file_id(self):
        return self._file.id

    @property
    def is_full(self):
        return self._size >= PART

    def write(self, content, count=0):
        """:param content: bytes; :param count: the number of records that they are"""
        self._pieces.append(content)
        self._size += len(content)
        self._count += count

    def flush(self):
        """Store what is there, in the transaction of the job."""
        if not self._size:
            return
        content = b"".join(self._pieces)
        for start in range(0, self._size, PART):
            last = start + PART >= self._size
            part = content[start : start + PART]
            self._file._append(part, self._count if last else 0)
        self._pieces, self._size, self._count = [], 0, 0
