"""Any bytes are a text that UTF-8 can hold, or are refused as binary; what is not plain UTF-8 is flagged."""

from __future__ import annotations

from clean.errors import InputError
from clean.read.text import decode
from fuzz.harness import main


def target(data: bytes) -> None:
    """Decode."""
    try:
        found = decode(data)
    except InputError as error:
        assert error.code == "binary"
        return
    found.text.encode("utf-8")
    if found.decoder == "utf-8":
        assert found.text.encode() == data
    elif "byte order mark" not in found.decoder:
        assert found.flags


if __name__ == "__main__":
    main(target)
