#!/usr/bin/env python3
"""Writes y = x · W + b in the formats of TensorFlow and PaddlePaddle, in the folder `formats`.

PaddlePaddle 3 writes programs in a form that OpenVINO does not read; hence version 2.

The tests read what is committed; only who makes the files anew needs the frameworks:
    python3 -m venv V && V/bin/pip install tensorflow-cpu==2.21.0 paddlepaddle==2.6.2 setuptools
    V/bin/python3 Tests/Fixtures/Inference/make_formats.py
"""
import os
import pathlib
import shutil

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

FOLDER = pathlib.Path(__file__).with_name("formats")
WEIGHTS = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
BIAS = [0.5, -0.5]


def tensorflow():
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    class Affine(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(WEIGHTS, name="w")
            self.b = tf.Variable(BIAS, name="b")

        @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="x")])
        def __call__(self, x):
            return {"y": tf.add(tf.matmul(x, self.w), self.b, name="y")}

    model = Affine()
    concrete = model.__call__.get_concrete_function()
    tf.saved_model.save(model, str(FOLDER / "saved_model"), signatures=concrete)
    # Only for tf.saved_model.load's checks; no engine reads it.
    (FOLDER / "saved_model" / "fingerprint.pb").unlink(missing_ok=True)
    frozen = convert_variables_to_constants_v2(concrete)
    (FOLDER / "affine.pb").write_bytes(frozen.graph.as_graph_def().SerializeToString())
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], model)
    (FOLDER / "affine.tflite").write_bytes(converter.convert())


def paddle():
    import paddle

    paddle.enable_static()
    program, startup = paddle.static.Program(), paddle.static.Program()
    with paddle.static.program_guard(program, startup):
        x = paddle.static.data("x", [None, 3], "float32")
        start = paddle.nn.initializer.Assign
        w = paddle.static.create_parameter(
            [3, 2], "float32", name="w", default_initializer=start(WEIGHTS)
        )
        b = paddle.static.create_parameter(
            [2], "float32", name="b", default_initializer=start(BIAS)
        )
        y = paddle.add(paddle.matmul(x, w), b)
        executor = paddle.static.Executor(paddle.CPUPlace())
        executor.run(startup)
        paddle.static.save_inference_model(
            str(FOLDER / "affine"), [x], [y], executor, program=program
        )
    strip_places(FOLDER / "affine.pdmodel")


def strip_places(path):
    """Takes out where in whose Python code each operation was made."""
    from paddle.base.proto import framework_pb2

    program = framework_pb2.ProgramDesc.FromString(path.read_bytes())
    for block in program.blocks:
        for operation in block.ops:
            kept = [item for item in operation.attrs if item.name != "op_callstack"]
            del operation.attrs[:]
            operation.attrs.extend(kept)
    path.write_bytes(program.SerializeToString())


shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir()
paddle()
tensorflow()
for path in sorted(FOLDER.rglob("*")):
    if path.is_file():
        print(f"{path.relative_to(FOLDER)}: {path.stat().st_size} bytes")
