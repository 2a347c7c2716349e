"""What the Python clients share: a name, some bytes, and a check that says what it checked."""

import os
import secrets
import sys

NAME = "clients-" + secrets.token_hex(6)
CONTENT = os.urandom(300_000)


def check(what, holds):
    print(("ok    " if holds else "FAIL  ") + what, flush=True)
    if not holds:
        sys.exit(1)
