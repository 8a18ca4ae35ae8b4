"""Makes the models that ONNXModelWriter and ONNXModelReader are held against.

Run it where onnx, onnxruntime, openvino and numpy are installed: python3 make.py. It was run with
onnx 1.23.2, onnxruntime 1.32.0 and openvino 2026.4.1. The models are built by ONNX's own library,
passed by its checker, and both engines must answer as numpy does; then the Swift tests ask the
writer for the same bytes.
"""

import pathlib

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent


def value(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name, array):
    return numpy_helper.from_array(array, name)


def save(name, graph, opset=13, producer="martlet", version="0.1.0", check=True):
    model = helper.make_model(
        graph,
        producer_name=producer,
        producer_version=version,
        opset_imports=[helper.make_opsetid("", opset)],
        ir_version=8,
    )
    if check:
        onnx.checker.check_model(model, full_check=True)
    (HERE / name).write_bytes(model.SerializeToString())
    return model


def answers(model, rows):
    """Of both engines, by the names of the outputs."""
    raw = model.SerializeToString()
    session = onnxruntime.InferenceSession(raw, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    first = dict(zip(names, session.run(names, {"features": rows})))
    core = openvino.Core()
    compiled = core.compile_model(
        core.read_model(raw), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    result = compiled({"features": rows})
    second = {name: result[compiled.output(name)] for name in names}
    return first, second


def linear():
    weights = np.array([[0.5], [-1.25], [3.0]], dtype=np.float32)
    bias = np.array([0.75], dtype=np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["features", "weights"], ["weighted"], "MatMul_1"),
            helper.make_node("Add", ["weighted", "bias"], ["prediction"], "Add_2"),
        ],
        "linear-learner",
        [value("features", TensorProto.FLOAT, ["rows", 3])],
        [value("prediction", TensorProto.FLOAT, ["rows", 1])],
        [constant("weights", weights), constant("bias", bias)],
    )
    model = save("linear.onnx", graph)
    rows = np.random.default_rng(1).normal(size=(50, 3)).astype(np.float32)
    for found in answers(model, rows):
        np.testing.assert_allclose(found["prediction"], rows @ weights + bias, atol=1e-5)


def kmeans():
    centers = np.array([[[0, 0.5, -1], [2, -0.25, 4]]], dtype=np.float32)
    graph = helper.make_graph(
        [
            helper.make_node(
                "Unsqueeze", ["features", "center_axis"], ["rows_apart"], "Unsqueeze_1"
            ),
            helper.make_node("Sub", ["rows_apart", "centers"], ["differences"], "Sub_2"),
            helper.make_node("Mul", ["differences", "differences"], ["squares"], "Mul_3"),
            helper.make_node(
                "ReduceSum",
                ["squares", "feature_axis"],
                ["squared_distances"],
                "ReduceSum_4",
                keepdims=0,
            ),
            helper.make_node("Sqrt", ["squared_distances"], ["distances"], "Sqrt_5"),
            helper.make_node(
                "ArgMin",
                ["squared_distances"],
                ["cluster"],
                "ArgMin_6",
                axis=1,
                keepdims=0,
                select_last_index=0,
            ),
        ],
        "kmeans",
        [value("features", TensorProto.FLOAT, ["rows", 3])],
        [
            value("cluster", TensorProto.INT64, ["rows"]),
            value("distances", TensorProto.FLOAT, ["rows", 2]),
        ],
        [
            constant("centers", centers),
            constant("center_axis", np.array([1], dtype=np.int64)),
            constant("feature_axis", np.array([2], dtype=np.int64)),
        ],
    )
    model = save("kmeans.onnx", graph)
    rows = np.random.default_rng(2).normal(size=(200, 3)).astype(np.float32) * 3
    # On a centre, and as near to both as can be.
    rows[0], rows[1] = centers[0, 0], centers[0].mean(axis=0)
    exact = np.sqrt(((rows[:, None].astype(np.float64) - centers) ** 2).sum(axis=2))
    for found in answers(model, rows):
        np.testing.assert_allclose(found["distances"], exact, atol=1e-5)
        np.testing.assert_array_equal(found["cluster"], exact.argmin(axis=1))


def other():
    """What the reader meets elsewhere: weights in other files, inner graphs, free dimensions."""
    outside = constant("table", np.zeros((2, 2), dtype=np.float32))
    outside.ClearField("raw_data")
    outside.data_location = TensorProto.EXTERNAL
    for key, text in (("location", "weights/table.bin"), ("offset", "0"), ("length", "16")):
        outside.external_data.add(key=key, value=text)
    inner_tensor = constant("inner", np.ones((2, 2), dtype=np.float32))
    inner_tensor.ClearField("raw_data")
    inner_tensor.data_location = TensorProto.EXTERNAL
    inner_tensor.external_data.add(key="location", value="weights/inner.bin")
    then = helper.make_graph(
        [helper.make_node("Constant", [], ["chosen"], "c", value=inner_tensor)],
        "then",
        [],
        [value("chosen", TensorProto.FLOAT, [2, 2])],
    )
    otherwise = helper.make_graph(
        [helper.make_node("Identity", ["table"], ["same"], "i")],
        "otherwise",
        [],
        [value("same", TensorProto.FLOAT, [2, 2])],
    )
    graph = helper.make_graph(
        [
            helper.make_node(
                "If", ["flag"], ["result"], "if", then_branch=then, else_branch=otherwise
            ),
            helper.make_node("Identity", ["any"], ["copy"], "copy"),
        ],
        "main",
        [
            value("flag", TensorProto.BOOL, []),
            value("any", TensorProto.DOUBLE, ["batch", None, 4]),
            value("table", TensorProto.FLOAT, [2, 2]),
            helper.make_tensor_value_info("ranked_by_call", TensorProto.INT32, None),
        ],
        [
            value("result", TensorProto.FLOAT, [2, 2]),
            value("copy", TensorProto.DOUBLE, ["batch", None, 4]),
        ],
        [outside],
    )
    save("other.onnx", graph, opset=15, producer="somebody", version="9", check=False)


if __name__ == "__main__":
    linear()
    kmeans()
    other()
