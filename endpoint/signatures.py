"""Verify signatures of webhooks. This module does not need Odoo."""

from __future__ import annotations

import base64
import hmac

ALGORITHMS = ("sha1", "sha224", "sha256", "sha384", "sha512")
ENCODINGS = ("hex", "base64")


def is_valid_hmac(
    message: bytes,
    signature: str | None,
    secret: str | bytes,
    algorithm: str = "sha256",
    encoding: str = "hex",
    prefix: str = "",
) -> bool:
    """Return whether ``signature`` is the HMAC of ``message``, in constant time.

    :param signature: value of a header, or None if the header is missing
    :param prefix: text before the digest, such as ``sha256=``
    :raises ValueError: for an empty secret, an unknown algorithm or encoding
    """
    key = secret.encode() if isinstance(secret, str) else secret
    if not key:
        # an empty key would accept what everyone can compute
        raise ValueError("The secret is empty")
    _check("algorithm", algorithm, ALGORITHMS)
    _check("encoding", encoding, ENCODINGS)
    digest = hmac.new(key, message, algorithm).digest()
    expected = prefix + _encode(digest, encoding)
    received = (signature or "").strip()
    if encoding == "hex":
        expected, received = expected.lower(), received.lower()
    # bytes: compare_digest rejects text beyond ASCII, and callers choose the header
    return hmac.compare_digest(_bytes(expected), _bytes(received))


def _check(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"Unknown {name} {value!r}. Allowed: {', '.join(allowed)}")


def _encode(digest: bytes, encoding: str) -> str:
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
