"""Rows of a CSV file, and what a manifest's preprocessing makes of them, written from the contract
(protos/martlet/models/v1/manifest.proto) alone."""

import csv
import io

import numpy

MISSING = {"", "na", "n/a", "nan", "null", "?", "none"}


class Table:
    def __init__(self, names, rows):
        self.names, self.rows = names, rows

    @classmethod
    def read(cls, path):
        with open(path, newline="", encoding="utf-8") as file:
            names, *rows = csv.reader(file)
        return cls(names, rows)

    def without(self, *names):
        kept = [index for index, name in enumerate(self.names) if name not in names]
        rows = [[row[index] for index in kept] for row in self.rows]
        return Table([self.names[index] for index in kept], rows)

    def text(self, rows=None):
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerows([self.names, *self.rows[:rows]])
        return buffer.getvalue()

    def column(self, name):
        index = self.names.index(name)
        return [row[index].strip() for row in self.rows]

    def records(self, numbers):
        """Rows as JSON has them: null for missing cells, numbers in the columns named so."""

        def cell(name, text):
            if text.strip().lower() in MISSING:
                return None
            return float(text) if name in numbers else text

        return [
            {name: cell(name, text) for name, text in zip(self.names, row, strict=True)}
            for row in self.rows
        ]

    def encoded(self, preprocessing):
        """The rows as float64 [rows, n]: numbers standardised, categories one-hot."""
        parts = []
        for column in preprocessing.columns:
            cells = [
                None if text.lower() in MISSING else text for text in self.column(column.name)
            ]
            if column.HasField("number"):
                fit = column.number
                values = [fit.imputed if cell is None else float(cell) for cell in cells]
                parts.append((numpy.array([values]).T - fit.mean) / fit.scale)
            else:
                fit = column.category
                words = [fit.imputed if cell is None else cell for cell in cells]
                known = list(fit.categories)
                ones = [[float(word == each) for each in known] for word in words]
                parts.append(numpy.array(ones))
        return numpy.hstack(parts)


def splitmix(seed, count):
    """SplitMix64 (Steele, Lea, Flood 2014)."""
    mask, state, values = (1 << 64) - 1, seed, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        values.append(z ^ (z >> 31))
    return values


def split(count, fraction, seed):
    """(training, validation): the rows with the smallest keys are held out."""
    keys = splitmix(seed, count)
    held_out = min(count - 1, max(1, int(count * fraction + 0.5)))
    ranked = sorted(range(count), key=lambda row: (keys[row], row))
    return sorted(ranked[held_out:]), sorted(ranked[:held_out])
