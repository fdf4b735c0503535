"""Ctrl-C at a chosen moment."""

from __future__ import annotations

import sys


class Interruption:
    """Ctrl-C at the n-th call or return within the packages, or within one function of theirs."""

    def __init__(self, moment, function=""):
        self.left, self.function = moment, function

    def __call__(self, frame, event, argument):
        if event == "c_call" and argument.__name__ == "__exit__":
            return  # no signal is heard between the end of a `with` block and its lock's release
        ours = "/nn/" in frame.f_code.co_filename or "/autograd/" in frame.f_code.co_filename
        if ours and self.function in ("", frame.f_code.co_name):
            self.left -= 1
            if not self.left:
                raise KeyboardInterrupt  # which ends the profiling, too

    def __enter__(self):
        sys.setprofile(self)
        return self

    def __exit__(self, *exception):
        sys.setprofile(None)
