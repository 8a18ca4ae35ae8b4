#!/usr/bin/env python3
"""Writes the small ONNX models of the inference service's tests, beside this file.

The bytes are written by hand (onnx.proto's field numbers), so that nothing has to be installed:
    python3 Tests/Fixtures/Inference/make.py
"""
import pathlib
import struct

FLOAT, INT32, INT64, STRING, BOOL = 1, 6, 7, 8, 9


def varint(number):
    number &= (1 << 64) - 1
    result = bytearray()
    while number > 127:
        result.append(number & 127 | 128)
        number >>= 7
    result.append(number)
    return bytes(result)


def number(field, value):
    return varint(field << 3) + varint(value)


def block(field, value):
    if isinstance(value, str):
        value = value.encode()
    return varint(field << 3 | 2) + varint(len(value)) + value


def tensor(name, shape, values):
    dimensions = b"".join(number(1, size) for size in shape)
    raw = struct.pack(f"<{len(values)}f", *values)
    return dimensions + number(2, FLOAT) + block(8, name) + block(9, raw)


def value(name, kind, shape):
    dimensions = b"".join(
        block(1, block(2, size) if isinstance(size, str) else number(1, size)) for size in shape
    )
    return block(1, name) + block(2, block(1, number(1, kind) + block(2, dimensions)))


def node(kind, inputs, outputs, attributes=b""):
    text = b"".join(block(1, name) for name in inputs)
    text += b"".join(block(2, name) for name in outputs)
    return text + block(3, outputs[0]) + block(4, kind) + attributes


def to_float():
    return block(5, block(1, "to") + number(3, FLOAT) + number(20, 2))


def graph_of(name, nodes, constants, inputs, outputs):
    graph = b"".join(block(1, item) for item in nodes) + block(2, name)
    graph += b"".join(block(5, item) for item in constants)
    graph += b"".join(block(11, item) for item in inputs)
    return graph + b"".join(block(12, item) for item in outputs)


def body(graph):
    return block(5, block(1, "body") + block(6, graph) + number(20, 5))


def model(name, nodes, constants, inputs, outputs):
    graph = graph_of(name, nodes, constants, inputs, outputs)
    opset = block(1, "") + number(2, 13)
    content = number(1, 8) + block(2, "martlet") + block(7, graph) + block(8, opset)
    path = pathlib.Path(__file__).with_name(f"{name}.onnx")
    path.write_bytes(content)
    print(f"{path.name}: {len(content)} bytes")


# y = x · W + b and double = 2 · x
model(
    "affine",
    [
        node("MatMul", ["x", "w"], ["xw"]),
        node("Add", ["xw", "b"], ["y"]),
        node("Add", ["x", "x"], ["double"]),
    ],
    [tensor("w", [3, 2], [1, 2, 3, 4, 5, 6]), tensor("b", [2], [0.5, -0.5])],
    [value("x", FLOAT, ["rows", 3])],
    [value("y", FLOAT, ["rows", 2]), value("double", FLOAT, ["rows", 3])],
)

# y = x · W, of which only its callers know that x has 3 columns.
model(
    "loose",
    [node("MatMul", ["x", "w"], ["y"])],
    [tensor("w", [3, 2], [1, 2, 3, 4, 5, 6])],
    [value("x", FLOAT, ["rows", "columns"])],
    [value("y", FLOAT, ["rows", 2])],
)

# Scores of two labels from a byte window of 4 + 2 numbers: the first byte, and 100.
model(
    "bytes",
    [
        node("Cast", ["window"], ["numbers"], to_float()),
        node("MatMul", ["numbers", "w"], ["nw"]),
        node("Add", ["nw", "b"], ["scores"]),
    ],
    [tensor("w", [6, 2], [0.01, 0] + [0] * 10), tensor("b", [2], [0, 0.6])],
    [value("window", INT32, ["items", 6])],
    [value("scores", FLOAT, ["items", 2])],
)

# Works for seconds on a few thousand rows: 200 products with a matrix of 512 × 512.
size = 512
model(
    "slow",
    [node("Expand", ["seed", "shape"], ["w"])]
    + [node("MatMul", [f"x{i}" if i else "x", "w"], [f"x{i + 1}"]) for i in range(200)]
    + [node("ReduceMean", ["x200"], ["mean"])],
    [
        tensor("seed", [1, 1], [1 / size]),
        number(1, 2) + number(2, 7) + block(8, "shape") + block(9, struct.pack("<2q", size, size)),
    ],
    [value("x", FLOAT, ["rows", size])],
    [value("mean", FLOAT, [1, 1])],
)

# y = 0, then n times y / 2 + 1: works as long as its caller says.
model(
    "spin",
    [
        node(
            "Loop",
            ["n", "", "zero"],
            ["y"],
            body(
                graph_of(
                    "turn",
                    [
                        node("Identity", ["more"], ["goes_on"]),
                        node("Mul", ["was", "half"], ["halved"]),
                        node("Add", ["halved", "one"], ["is"]),
                    ],
                    [tensor("half", [1], [0.5]), tensor("one", [1], [1])],
                    [value("turn", INT64, []), value("more", BOOL, []), value("was", FLOAT, [1])],
                    [value("goes_on", BOOL, []), value("is", FLOAT, [1])],
                )
            ),
        )
    ],
    [tensor("zero", [1], [0])],
    [value("n", INT64, [1])],
    [value("y", FLOAT, [1])],
)

# Takes texts, which the host refuses to load.
model(
    "texts",
    [node("Identity", ["words"], ["same"])],
    [],
    [value("words", STRING, ["rows"])],
    [value("same", STRING, ["rows"])],
)

# Gives back what it gets, of every type of numbers.
TYPES = {
    "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7, "bool": 9, "fp16": 10,
    "fp64": 11, "uint32": 12, "uint64": 13, "bf16": 16, "fp32": FLOAT,
}
model(
    "types",
    [node("Identity", [name], [f"{name}_same"]) for name in TYPES],
    [],
    [value(name, kind, ["count"]) for name, kind in TYPES.items()],
    [value(f"{name}_same", kind, ["count"]) for name, kind in TYPES.items()],
)
