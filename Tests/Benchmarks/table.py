"""What every suite reports: rows of ours beside a peer's, and the table of them."""

import dataclasses
import statistics


@dataclasses.dataclass
class Row:
    """One measured thing. `goal` is the least ratio that is accepted (the floor), or None."""

    name: str
    unit: str
    ours: float | None
    peer: float | None
    peer_name: str
    goal: float | None
    aim: float | None = None
    lower_is_better: bool = False

    @property
    def ratio(self):
        if not self.ours or not self.peer:
            return None
        return self.peer / self.ours if self.lower_is_better else self.ours / self.peer

    @property
    def met(self):
        if self.goal is None or self.ratio is None:
            return None
        return self.ratio >= self.goal

    def as_dictionary(self):
        return {
            "name": self.name,
            "unit": self.unit,
            "ours": self.ours,
            "peer": self.peer,
            "peer_name": self.peer_name,
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "goal": self.goal,
            "met": self.met,
        }


def median(values):
    """The median of the values that were measured; None when none was."""
    measured = [value for value in values if value is not None]
    return statistics.median(measured) if measured else None


def number(value):
    if value is None:
        return "-"
    for limit, text in ((100, f"{value:,.0f}"), (10, f"{value:.1f}")):
        if abs(value) >= limit:
            return text
    return f"{value:.2f}"


def show(rows):
    heads = ("what", "unit", "ours", "peer", "beside", "ratio", "floor", "aim", "met")
    lines = [heads]
    for row in rows:
        met = {True: "yes", False: "NO", None: "-"}[row.met]
        figures = [number(row.ours), number(row.peer), row.peer_name]
        figures += [number(row.ratio), number(row.goal), number(row.aim), met]
        lines.append((row.name, row.unit, *figures))
    widths = [max(len(line[index]) for line in lines) for index in range(len(heads))]
    for line in lines:
        cells = []
        for index, cell in enumerate(line):
            left = index in (0, 1, 4)
            cells.append(cell.ljust(widths[index]) if left else cell.rjust(widths[index]))
        print("  ".join(cells).rstrip())
