"""What a run lost, in a sentence: results that left the word, arguments that left their table."""

from collections.abc import Sequence

import numpy as np

from .emulation import Overflow
from .program import Program
from .tables import Table

SAMPLES = 2048  # of a table's arguments


def lost_text(program: Program, found: Sequence[Overflow], guaranteed: bool) -> str:
    """What left its table and what left the word; "" where nothing did.

    Once a result has left the word, arguments that leave their tables are its consequence.
    """
    tables: dict[int, list[Overflow]] = {}
    results = []
    for entry in found:
        index = program.operations[entry.operation].table
        if entry.verb == "table" and fits(program, program.tables[index]):
            tables.setdefault(index, []).append(entry)
        else:
            results.append(entry)
    parts = []
    for i, entries in list(tables.items())[:1]:
        more = len(tables) - 1
        others = f"; it left {more} other table{'s' * (more > 1)} too" * (more > 0)
        parts.append(table_text(program.tables[i], entries, guaranteed) + others)
    if results:
        if results[0] is found[0]:
            parts, results = [], list(found)
        total = sum(entry.count for entry in results)
        parts.append(
            f"{total} results of {len(results)} operations left the word "
            f"({program.word.overflow}); {results[0]}; more bits before the point or "
            "scale='auto' make room"
        )
    return "; ".join(parts)


def table_text(table: Table, entries: Sequence[Overflow], guaranteed: bool) -> str:
    """How often the arguments of a table left it, and what makes it wider."""
    low, high = (n * 2.0**-table.fraction_in for n in (table.low, table.high))
    total = sum(entry.count for entry in entries)
    times = f"{total} times" if total > 1 else "once"
    source, advice = (
        ("which follow from `ranges`", "wider ranges of the states make the table wider")
        if guaranteed
        else (
            "which the run in double precision visits",
            "starting where it fires (other start values) makes the table wider",
        )
    )
    return (
        f"the table of {table.function} covers {low:.6g} to {high:.6g}, {source}; "
        f"the machine left it {times} ({entries[0]}); {advice}"
    )


def fits(program: Program, table: Table) -> bool:
    """Whether a table's values fit into the word, so that only its arguments can be at fault."""
    words = np.linspace(table.low, table.high, SAMPLES).astype(np.int64)
    values = table.at(words)
    return bool(values.min() >= program.word.lowest and values.max() <= program.word.highest)
