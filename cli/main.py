"""The command `rheobase`: finds the subcommands, runs the chosen one, returns an exit status.

A subcommand is a file of this folder (`phase_plane.py` is `rheobase phase-plane`) with

    SUMMARY = "one line for the list"      a plain literal: it is read without importing the file
    EXAMPLE = "rheobase ..."               shown under --help
    add_arguments(parser)
    run(arguments) -> result, exit status or None

Only the chosen file is imported. Exit status: 0 done; 1 the numerics gave up (the result's
`.status` is not ok: reason and remedy go to stderr); 2 a wrong question; 70 a fault of rheobase's
own; 130 interrupted.
"""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from .. import __version__
from ..dynamics.errors import RheobaseError, did_you_mean
from ..dynamics.status import Status

DONE, GAVE_UP, WRONG_QUESTION, OUR_FAULT, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 70, 130, 141
_NEGATIVE = re.compile(r"-(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|-(inf|infinity|nan)", re.IGNORECASE)
_SUMMARY = re.compile(r'^SUMMARY = "(.+)"$', re.MULTILINE)


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line, without the list of all arguments."""

    def error(self, message: str) -> NoReturn:
        """What was wrong and where to look; exit status 2."""
        self.exit(WRONG_QUESTION, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these words (the process's own by default); return the exit status."""
    try:
        status = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # The reader has gone (`| head`); the interpreter must not flush into it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        _say("interrupted")
        return INTERRUPTED


def _run(words: list[str]) -> int:
    try:
        arguments = _parser(words).parse_args(list(map(_as_value, words)))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else WRONG_QUESTION
    try:
        result = arguments.run(arguments)
    except RheobaseError as error:
        _say(str(error))
        return WRONG_QUESTION
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception:
        import traceback

        traceback.print_exc()
        _say("this is a bug in rheobase; please report it with the lines above")
        return OUR_FAULT
    return _exit_status(result)


def _as_value(word: str) -> str:
    """A negative number with a blank before it: argparse takes `-1e1` for an option otherwise."""
    return f" {word}" if _NEGATIVE.fullmatch(word) else word


def _exit_status(result: object) -> int:
    if isinstance(result, int):
        return result
    status = getattr(result, "status", None)
    if status is None or status.ok:
        return DONE
    _say(getattr(result, "message", "") or status.value)
    return INTERRUPTED if status is Status.INTERRUPTED else GAVE_UP


def _say(sentence: str) -> None:
    print(f"rheobase: {sentence}", file=sys.stderr)


def subcommands() -> dict[str, str]:
    """Name -> summary of every subcommand, read from the files' text."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        summary = _SUMMARY.search(path.read_text(encoding="utf-8"))
        if summary and path != Path(__file__):
            found[path.stem.replace("_", "-")] = summary[1]
    return found


def _parser(words: list[str]) -> argparse.ArgumentParser:
    """The parser of `rheobase`, with the arguments of the chosen subcommand only."""
    parser = Parser(
        prog="rheobase",
        description="Nonlinear dynamics of neurons, from equations to trajectories and figures.",
        epilog="rheobase COMMAND --help shows the arguments of a command and an example. "
        "Exit status: 0 done, 1 the numerics gave up, 2 wrong question.",
    )
    parser.add_argument("--version", action="version", version=f"rheobase {__version__}")
    commands = subcommands()
    chosen = next((word for word in words if not word.startswith("-")), None)
    if chosen is not None and chosen not in commands:
        guess = did_you_mean(chosen, commands)
        parser.error(f"there is no command {chosen!r}.{guess} Commands: {', '.join(commands)}")
    children = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary in commands.items():
        child = children.add_parser(
            name, help=summary, description=f"{summary[0].upper()}{summary[1:]}."
        )
        if name == chosen:
            _fill(child, import_module(f".{name.replace('-', '_')}", __package__))
    return parser


def _fill(parser: argparse.ArgumentParser, command: ModuleType) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"example:\n  {command.EXAMPLE}"
    parser.set_defaults(run=command.run)
    command.add_arguments(parser)
