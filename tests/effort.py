"""How much work a call is, in calls of functions: a measure that no busy machine can change."""

import sys


class TooMuch(AssertionError):
    pass


def effort(function, *arguments, most=None):
    """The number of functions called, Python's and C's, by `function(*arguments)`; stopped at
    `most` of them."""
    count = 0

    def called(frame, event, what):
        nonlocal count
        if event in ("call", "c_call"):
            count += 1
            if most is not None and count > most:
                sys.setprofile(None)
                raise TooMuch(f"more than {most} calls")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        function(*arguments)
    finally:
        sys.setprofile(before)
    return count
