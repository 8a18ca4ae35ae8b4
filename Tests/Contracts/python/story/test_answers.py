"""What endpoints answer is what unmodified onnxruntime makes of the artifact."""

import csv
import io
import json

import numpy
import pytest

from https import invoke, request

onnxruntime = pytest.importorskip("onnxruntime")

NUMBERS = {"bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "year"}


def expected(story, messages, model):
    """Output name → array, by onnxruntime on the rows that the endpoint is asked for."""
    folder = story.pulled(model)
    manifest = messages.manifest.Manifest.FromString((folder / "manifest.binpb").read_bytes())
    table = manifest.preprocessing.table
    rows = story.rows[model].encoded(table).astype(numpy.float32)
    session = onnxruntime.InferenceSession(
        folder / manifest.entry_path, providers=["CPUExecutionProvider"]
    )
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {table.tensor: rows}), strict=True))


def assert_near(found, wanted):
    found, wanted = numpy.asarray(found, dtype=float).ravel(), numpy.asarray(wanted).ravel()
    assert found.shape == wanted.shape
    limit = 1e-5 * numpy.maximum(1, numpy.abs(wanted))
    worst = numpy.argmax(numpy.abs(found - wanted) / limit)
    assert (numpy.abs(found - wanted) <= limit).all(), (found[worst], wanted[worst])


@pytest.mark.parametrize("endpoint", ["mass", "groups"])
def test_the_command_line_answers_as_onnxruntime_does(story, messages, endpoint):
    wanted = expected(story, messages, endpoint)
    answer = story.platform.json("predict", endpoint, "--csv", story.csv(endpoint))
    assert (answer["model"], answer["model_version"]) == (endpoint, 1)
    for name, values in wanted.items():
        assert_near([row[name] for row in answer["predictions"]], values)


@pytest.mark.parametrize("endpoint", ["mass", "groups"])
def test_https_answers_rows_of_csv_and_of_json_alike(story, messages, endpoint):
    wanted = expected(story, messages, endpoint)
    table = story.rows[endpoint]
    instances = json.dumps({"instances": table.records(NUMBERS)}).encode()
    body = invoke(story.platform, endpoint, instances, "application/json", story.key)
    assert body.status == 200, body
    outputs = {output["name"]: output for output in body.json["outputs"]}
    assert set(outputs) == set(wanted)
    for name, values in wanted.items():
        assert outputs[name]["shape"] == list(values.shape)
        assert_near(outputs[name]["data"], values)
    text = table.text().encode()
    plain = invoke(story.platform, endpoint, text, "text/csv", story.key)
    assert plain.status == 200, plain
    if plain.headers["Content-Type"].startswith("text/csv"):
        lines = list(csv.reader(io.StringIO(plain.body.decode())))
        first = [line[0] for line in lines if line]
        assert len(first) in (len(table.rows), len(table.rows) + 1)
        assert_near(first[-len(table.rows) :], next(iter(wanted.values())))
    else:
        outputs = {output["name"]: output for output in plain.json["outputs"]}
        for name, values in wanted.items():
            assert_near(outputs[name]["data"], values)


def test_columns_may_come_in_any_order_and_rows_through_a_pipe(story):
    table = story.rows["mass"]
    order = list(reversed(range(len(table.names))))
    lines = [[row[index] for index in order] for row in [table.names, *table.rows[:5]]]
    text = "\n".join(",".join(line) for line in lines) + "\n"
    turned = story.platform.json("predict", "mass", "--csv", "-", text=text)
    straight = story.platform.json("predict", "mass", "--csv", story.csv("mass", 5))
    assert turned["predictions"] == straight["predictions"]


def test_rows_of_json_on_the_command_line_are_the_same_rows(story, tmp_path):
    file = tmp_path / "rows.json"
    records = story.rows["mass"].records(NUMBERS)[:5]
    file.write_text(json.dumps({"instances": records}))
    answer = story.platform.json("predict", "mass", "--json", file)
    straight = story.platform.json("predict", "mass", "--csv", story.csv("mass", 5))
    assert answer["predictions"] == straight["predictions"]


def test_the_table_for_people_has_a_line_a_row(story):
    out = story.platform.run("predict", "groups", "--csv", story.csv("groups", 4)).out
    lines = out.strip().splitlines()
    assert len(lines) == 5, out
    assert "CLUSTER" in lines[0] and "DISTANCES" in lines[0]


def test_the_door_says_that_it_is_open(story):
    assert request(story.platform, "/healthz").json["live"] is True
    assert request(story.platform, "/readyz").json["ready"] is True
