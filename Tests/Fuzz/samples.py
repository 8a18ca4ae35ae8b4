"""Valid messages by lot, and single fields to put into them."""

import importlib
import pathlib
import subprocess
import sys

from google.protobuf.descriptor import FieldDescriptor as Field

INTEGERS = (0, 1, -1, 2, 127, 128, 300, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63))
FLOATS = (0.0, -0.0, 1.5, -2.25, float("inf"), float("nan"), 1e-40)
TEXTS = ("", "a", "größe", "🪶", "two words", "x" * 40)
BYTES = (b"", b"\x00", b"0123456789abcde", b"0123456789abcdef", bytes(range(64)))


def load_protos(root, folder):
    """Python's classes of all protos, made in `folder`."""
    roots = [root / "protos", root / "Shared" / "TestKit" / "protos"]
    files = [str(path.relative_to(tree)) for tree in roots for path in tree.rglob("*.proto")]
    includes = [f"-I{tree}" for tree in roots]
    subprocess.run(["protoc", *includes, f"--python_out={folder}", *files], check=True)
    sys.path.insert(0, str(folder))
    for file in files:
        module = str(pathlib.PurePath(file).with_suffix("")).replace("/", ".")
        importlib.import_module(module + "_pb2")


def scalar(field, chance):
    match field.type:
        case Field.TYPE_DOUBLE | Field.TYPE_FLOAT:
            return chance.choice(FLOATS)
        case Field.TYPE_BOOL:
            return chance.random() < 0.5
        case Field.TYPE_STRING:
            return chance.choice(TEXTS)
        case Field.TYPE_BYTES:
            return chance.choice(BYTES)
        case Field.TYPE_ENUM:
            return chance.choice((0, 1, 2, -3, 77))
        case Field.TYPE_INT32 | Field.TYPE_SINT32 | Field.TYPE_SFIXED32:
            return (chance.choice(INTEGERS) + 2**31) % 2**32 - 2**31
        case Field.TYPE_UINT32 | Field.TYPE_FIXED32:
            return chance.choice(INTEGERS) % 2**32
        case Field.TYPE_UINT64 | Field.TYPE_FIXED64:
            return chance.choice(INTEGERS) % 2**64
        case _:
            return chance.choice(INTEGERS)


def filled(kind, chance, depth=3):
    """A message of this class in which about half of the fields are set."""
    result = kind()
    for field in kind.DESCRIPTOR.fields:
        if chance.random() < 0.5 or (field.message_type and depth == 0):
            continue
        if field.message_type and field.message_type.GetOptions().map_entry:
            fill_map(getattr(result, field.name), field.message_type, chance, depth)
        elif field.is_repeated:
            items = getattr(result, field.name)
            for _ in range(chance.randint(0, 3)):
                if field.message_type:
                    inner = filled(field.message_type._concrete_class, chance, depth - 1)
                    items.add().CopyFrom(inner)
                else:
                    items.append(scalar(field, chance))
        elif field.message_type:
            inner = filled(field.message_type._concrete_class, chance, depth - 1)
            getattr(result, field.name).CopyFrom(inner)
        else:
            setattr(result, field.name, scalar(field, chance))
    return result


def fill_map(entries, entry, chance, depth):
    key, value = entry.fields_by_name["key"], entry.fields_by_name["value"]
    for _ in range(chance.randint(0, 3)):
        if value.message_type:
            inner = filled(value.message_type._concrete_class, chance, depth - 1)
            entries[scalar(key, chance)].CopyFrom(inner)
        else:
            entries[scalar(key, chance)] = scalar(value, chance)


def varint(value, width=0):
    data = bytearray()
    while value > 127 or len(data) + 1 < width:
        data.append(value & 127 | 128)
        value >>= 7
    return bytes(data) + bytes([value])


def known_field(chance):
    """A field of a low number and any wire type: often known, often of the wrong type."""
    return field(chance, chance.randint(1, 40))


def unknown_field(chance):
    return field(chance, chance.choice((100, 1000, 18_000, 536_870_910)))


def field(chance, number):
    width = chance.choice((0, 0, 0, 5))
    kind = chance.choice((0, 0, 1, 2, 2, 2, 5, 3, 4))
    tag = varint(number << 3 | kind, width)
    match kind:
        case 0:
            return tag + varint(chance.choice(INTEGERS) % 2**64, chance.choice((0, 0, 10)))
        case 1:
            return tag + chance.randbytes(8)
        case 5:
            return tag + chance.randbytes(4)
        case 2:
            content = chance.choice(
                (b"", b"\x01", b"\x08\x01", b"\x02\x80\x01", b"abc", chance.randbytes(8), bytes(16))
            )
            return tag + varint(len(content), chance.choice((0, 0, 3))) + content
        case _:
            return tag
