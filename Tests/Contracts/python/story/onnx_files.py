"""Reads the constants of an ONNX file (onnx.proto, ModelProto.graph.initializer), nothing else."""

import numpy

GRAPH, INITIALIZER = 7, 5
DIMS, DATA_TYPE, FLOATS, INTEGERS, NAME, RAW = 1, 2, 4, 7, 8, 9
TYPES = {1: "<f4", 7: "<i8"}


def varint(data, position):
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, position


def fields(data):
    """(number, value) of every field: int for varints, bytes for the others."""
    position = 0
    while position < len(data):
        tag, position = varint(data, position)
        kind = tag & 7
        if kind == 0:
            value, position = varint(data, position)
        else:
            size = {1: 8, 5: 4}.get(kind)
            if size is None:
                size, position = varint(data, position)
            value = data[position : position + size]
            position += size
        yield tag >> 3, value


def packed(value):
    """The numbers of a repeated integer, packed or one alone."""
    if isinstance(value, int):
        return [value]
    numbers, position = [], 0
    while position < len(value):
        number, position = varint(value, position)
        numbers.append(number)
    return numbers


def constants(path):
    """Name → array of every initializer."""
    found = {}
    data = path.read_bytes()
    graphs = [value for number, value in fields(data) if number == GRAPH]
    for number, tensor in fields(graphs[0]):
        if number != INITIALIZER:
            continue
        dims, name, raw, floats, integers, kind = [], "", None, [], [], 0
        for field, value in fields(tensor):
            if field == DIMS:
                dims += packed(value)
            elif field == DATA_TYPE:
                kind = value
            elif field == FLOATS:
                floats.append(value)
            elif field == INTEGERS:
                integers += packed(value)
            elif field == NAME:
                name = value.decode()
            elif field == RAW:
                raw = value
        if raw is None and kind == 7:
            found[name] = numpy.array(integers, "<i8").reshape(dims)
        else:
            raw = b"".join(floats) if raw is None else raw
            found[name] = numpy.frombuffer(raw, TYPES[kind]).reshape(dims)
    return found
