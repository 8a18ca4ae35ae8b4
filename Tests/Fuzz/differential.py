"""Mutated messages, read by our codec and by Python's protobuf: the two must agree.

What our codec accepts Python must read, and read as the same message. What ours refuses for the
bytes' own sake (they end too early, they are no number) Python must refuse as well; limits, NUL in
text and groups are rules of our own.

    .build/venv/bin/python Tests/Fuzz/differential.py [--seconds N] [--seed N]
    .build/venv/bin/python Tests/Fuzz/differential.py --case martlet.testing.v1.Shapes 0a021001
"""

import argparse
import collections
import difflib
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import time

from google.protobuf import descriptor_pool, message, message_factory

import samples

ROOT = pathlib.Path(__file__).resolve().parents[2]
BATCH = 4000
# Why ours may refuse what Python reads.
OWN_RULES = (
    "text contains NUL",
    "messages inside each other",
    "more than 65536 fields",
    "bytes of memory",
    "wire type 3 is not supported",
    "wire type 4 is not supported",
    "tag longer than 32 bits",
    "varint longer than 64 bits",
)


class Probe:
    """Our codec: `scanner-probe`, started for each batch, so that one crash loses one batch."""

    def __init__(self):
        folder = os.environ.get("MARTLET_BIN") or ROOT / ".build" / "debug"
        self.executable = pathlib.Path(folder).resolve() / "scanner-probe"
        if not self.executable.exists():
            sys.exit(f"{self.executable} is missing: swift build --product scanner-probe")
        self.names = self.run(b"").decode().split()

    def run(self, cases):
        command = [str(self.executable)]
        done = subprocess.run(command, input=cases, stdout=subprocess.PIPE, timeout=300)
        if done.returncode:
            raise SystemExit(f"scanner-probe ended with status {done.returncode}")
        return done.stdout

    def ask(self, cases):
        """Pairs of a name and bytes; answers pairs of accepted and bytes (or the reason)."""
        pieces = []
        for name, data in cases:
            pieces.append(struct.pack("<BI", self.names.index(name), len(data)) + data)
        said = self.run(b"".join(pieces))
        position = said.index(b"\n") + 1
        answers = []
        for _ in cases:
            accepted, count = struct.unpack_from("<BI", said, position)
            position += 5
            answers.append((accepted == 1, said[position : position + count]))
            position += count
        assert position == len(said), "scanner-probe says more than it was asked"
        return answers


def read(kind, data):
    """The message without what its type does not know; None when it is none."""
    result = kind()
    try:
        result.ParseFromString(data)
    except message.DecodeError:
        return None
    result.DiscardUnknownFields()
    return result


def to_bytes(value):
    return value.SerializeToString(deterministic=True)


def forget_negative_zeros(value):
    """protobuf-c leaves a -0.0 out when it writes one, like 0.0; everybody else writes it."""
    for field, content in value.ListFields():
        kinds = field.message_type.fields_by_name if field.message_type else {}
        if field.message_type and field.message_type.GetOptions().map_entry:
            for key in list(content):
                if kinds["value"].message_type:
                    forget_negative_zeros(content[key])
                elif content[key] == 0:
                    content[key] = kinds["value"].default_value
        elif field.message_type:
            for inner in content if field.is_repeated else [content]:
                forget_negative_zeros(inner)
        elif not field.is_repeated and not field.containing_oneof and content == 0:
            value.ClearField(field.name)


def difference(kind, data, accepted, answer):
    """What is wrong, in a word or two; None when nothing is."""
    theirs = read(kind, data)
    if not accepted:
        reason = answer.decode()
        if theirs is None or any(rule in reason for rule in OWN_RULES):
            return None
        return f"ours refuses ({reason}), Python reads {theirs!r}"
    if theirs is None:
        return "ours accepts, Python refuses"
    ours = read(kind, answer)
    if ours is None:
        return "Python refuses what ours has written"
    # Not a number is equal to nothing; its bytes are.
    same = to_bytes(ours) == to_bytes(theirs)
    if not same:
        forget_negative_zeros(ours)
        forget_negative_zeros(theirs)
        same = to_bytes(ours) == to_bytes(theirs)
    if same:
        return None
    texts = (str(theirs).split("\n"), str(ours).split("\n"))
    lines = difflib.unified_diff(*texts, "Python", "ours", n=1, lineterm="")
    return "\n".join(["not the same message", *lines])


def mutate(data, other, chance):
    """One to three pieces of damage; `other` is a valid message of the same type."""
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        place = chance.randint(0, len(data))
        match chance.randrange(9):
            case 0 if place < len(data):
                data[place] ^= 1 << chance.randrange(8)
            case 1 if place < len(data):
                data[place] = chance.randrange(256)
            case 2:
                del data[place : place + chance.randint(1, 4)]
            case 3:
                data[place:place] = chance.randbytes(chance.randint(1, 3))
            case 4 if chance.randrange(4) == 0:
                del data[place:]
            case 5:
                end = place + chance.randint(1, 32)
                target = chance.randint(0, len(data))
                data[target:target] = data[place:end]
            case 6:
                data += other  # the two merge
            case 7:
                data[place:place] = samples.unknown_field(chance)
            case 8:
                data[place:place] = samples.known_field(chance)
    return bytes(data[:8192])


def run(probe, kinds, seconds, seed):
    chance = random.Random(seed)
    until = time.monotonic() + seconds
    counts = collections.Counter()
    started = time.monotonic()
    while True:
        cases = []
        for _ in range(BATCH):
            name = chance.choice(probe.names)
            pair = [samples.filled(kinds[name], chance).SerializeToString() for _ in range(2)]
            cases.append((name, mutate(*pair, chance)))
        for (name, data), (accepted, answer) in zip(cases, probe.ask(cases), strict=True):
            counts["accepted" if accepted else "refused"] += 1
            wrong = difference(kinds[name], data, accepted, answer)
            if wrong:
                print(f"differential: FAILED with seed {seed}: {wrong}")
                print(f"once more: Tests/Fuzz/differential.py --case {name} {data.hex()}")
                return 1
        if time.monotonic() > until:
            break
    # A mutator that breaks everything, or nothing, tests nothing.
    assert min(counts["accepted"], counts["refused"]) > BATCH / 20, counts
    took = time.monotonic() - started
    total = counts.total()
    print(
        f"differential {total} messages in {took:.0f} s, {total / took:.0f} a second: "
        f"{counts['accepted']} accepted, {counts['refused']} refused, no difference (seed {seed})"
    )
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None, help="drawn and printed when not given")
    parser.add_argument("--case", nargs=2, metavar=("TYPE", "HEX"), help="only this message")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        samples.load_protos(ROOT, folder)
        pool = descriptor_pool.Default()
        probe = Probe()
        kinds = {
            name: message_factory.GetMessageClass(pool.FindMessageTypeByName(name))
            for name in probe.names
        }
        if options.case:
            name, data = options.case[0], bytes.fromhex(options.case[1])
            accepted, answer = probe.ask([(name, data)])[0]
            wrong = difference(kinds[name], data, accepted, answer)
            print(wrong or f"no difference: ours {'accepts' if accepted else answer.decode()}")
            return 1 if wrong else 0
        seed = random.SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
        return run(probe, kinds, options.seconds, seed)


if __name__ == "__main__":
    sys.exit(main())
