"""When a sweep is not worth going on: the question itself is wrong.

A point that fails never stops a sweep. But where the first points all end in an error of the
program (a TypeError in the user's function), or in one complaint of rheobase that says the same
words everywhere (a setting that doesn't exist), all others would do so as well.
"""

from ..errors import InvalidArgument, RheobaseError
from .question import Question
from .work import SHOWN, Complaint, Report


class Judge:
    """Hears the first reports; after one good point it has nothing more to say."""

    def __init__(self, question: Question, remaining: int) -> None:
        self.question = question
        self.enough = min(SHOWN, remaining)
        self.heard: list[Complaint] = []
        self.settled = False

    def hear(self, report: Report) -> None:
        """Raise where it is clear that every point will fail for the same reason."""
        if self.settled:
            return
        if not report.all_complain:
            self.settled = True
            return
        self.heard += report.complaints
        if len(self.heard) < self.enough:
            return
        first = self.heard[0]
        point = self.question.table.words(first.point)
        if all(complaint.fault for complaint in self.heard):
            raise RheobaseError(
                f"{self.question.name.rpartition(':')[2]} fails at every one of the first "
                f"{len(self.heard)} points. At {point}: {first.message}"
            )
        if len({complaint.message for complaint in self.heard}) == 1:
            raise InvalidArgument(first.message.partition(": ")[2])
        self.settled = True
