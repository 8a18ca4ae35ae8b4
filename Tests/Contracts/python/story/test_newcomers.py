"""Errors that a newcomer meets: a clear word, the right number, and the way out."""

import json
import socket

import pytest

from https import invoke
from suite import Martlet, is_alive


def refused(platform, *arguments, env=None, text=None):
    """The error of a command that must not succeed, as JSON and as people see it."""
    outcome = platform.try_run(*arguments, "--output", "json", env=env, text=text)
    assert outcome.code not in (0, 134, 139), outcome
    error = outcome.error
    assert error["exit_code"] == outcome.code
    people = platform.try_run(*arguments, env=env, text=text)
    assert people.code == outcome.code
    assert people.err.splitlines()[-2 if error.get("remedy") else -1].startswith("error: "), people
    return error


def said(error, *words):
    whole = f"{error['message']} {error.get('remedy', '')}"
    for word in words:
        assert word in whole, (word, error)


@pytest.mark.parametrize(
    "command",
    [
        ("models",),
        ("dataset", "list"),
        ("jobs",),
        ("endpoints",),
        ("predict", "mass", "--json", "-"),
    ],
)
def test_services_that_are_not_up(platform, tmp_path, command):
    empty = Martlet(tmp_path / "state", engine=platform.engine)
    error = refused(empty, *command, text="{}")
    assert error["exit_code"] == 69
    said(error, "not running", "martlet up")


def test_a_file_that_is_not_there(platform, tmp_path):
    error = refused(platform, "dataset", "add", "x", tmp_path / "none.csv")
    assert error["exit_code"] == 66
    said(error, "none.csv", "no such file")


def test_a_csv_file_that_is_broken(platform, tmp_path):
    file = tmp_path / "broken.csv"
    file.write_text("a,b\n1,2\n3\n")
    error = refused(platform, "dataset", "add", "x", file)
    assert error["exit_code"] == 65
    said(error, "broken.csv", "line 3")


def test_a_label_that_the_table_does_not_have(story):
    error = refused(
        story.platform,
        *("train", "linear-learner", "--dataset", "penguins"),
        *("--label", "wingspan", "--model", "x"),
    )
    assert error["exit_code"] == 65
    said(error, "wingspan", "body_mass_g")


def test_a_label_of_words_for_a_regression(story):
    error = refused(
        story.platform,
        *("train", "linear-learner", "--dataset", "penguins"),
        *("--label", "species", "--model", "x"),
    )
    assert error["exit_code"] == 65
    said(error, "species", "words", "numbers")


def test_a_regression_without_a_label(story):
    train = ("train", "linear-learner", "--dataset", "penguins", "--model", "x")
    said(refused(story.platform, *train), "label")


def test_an_algorithm_that_is_not_there(story):
    train = ("train", "linear-lerner", "--dataset", "penguins", "--model", "x")
    said(refused(story.platform, *train), "linear-learner")


def test_a_dataset_that_is_not_there(story):
    error = refused(story.platform, "train", "kmeans", "--dataset", "pinguins", "--model", "x")
    assert error["exit_code"] == 66
    said(error, "pinguins")


def test_an_endpoint_that_is_not_there(story):
    error = refused(story.platform, "predict", "nowhere", "--csv", story.csv("mass", 2))
    assert error["exit_code"] == 66
    said(error, "nowhere", "martlet endpoints")
    answer = invoke(story.platform, "nowhere", b"a\n1\n", "text/csv", story.key)
    assert answer.status == 404 and "nowhere" in answer.json["error"]["message"], answer


def test_a_model_that_is_not_there(story):
    error = refused(story.platform, "deploy", "x", "--model", "nothing")
    assert error["exit_code"] == 66
    said(error, "nothing")


def test_a_wrong_key(story):
    error = refused(story.platform, "models", env={"MARTLET_KEY": "mk_wrong"})
    assert error["exit_code"] == 77
    said(error, "MARTLET_KEY", "martlet keys create")
    body = story.csv("mass", 2).read_bytes()
    for key in (None, "mk_wrong"):
        answer = invoke(story.platform, "mass", body, "text/csv", key)
        assert answer.status == 401, answer
        assert answer.json["error"]["message"]


def test_a_revoked_key(story):
    platform = story.platform
    secret = platform.json("keys", "create", "short")["secret"]
    body = story.csv("mass", 2).read_bytes()
    assert invoke(platform, "mass", body, "text/csv", secret).status == 200
    platform.run("keys", "revoke", "short")
    assert invoke(platform, "mass", body, "text/csv", secret).status == 401


def test_a_missing_column(story, tmp_path):
    table = story.rows["mass"].without("bill_depth_mm")
    file = tmp_path / "missing.csv"
    file.write_text(table.text(3))
    error = refused(story.platform, "predict", "mass", "--csv", file)
    assert error["exit_code"] == 65
    said(error, "bill_depth_mm", "missing")
    answer = invoke(story.platform, "mass", file.read_bytes(), "text/csv", story.key)
    assert answer.status == 422 and "bill_depth_mm" in answer.body.decode(), answer
    records = json.dumps({"instances": table.records({"year"})[:1]}).encode()
    answer = invoke(story.platform, "mass", records, "application/json", story.key)
    assert answer.status == 422 and "bill_depth_mm" in answer.body.decode(), answer


def test_a_surplus_column(story, tmp_path):
    file = tmp_path / "surplus.csv"
    lines = story.csv("mass", 3).read_text().splitlines()
    wider = [lines[0] + ",wingspan", *(line + ",7" for line in lines[1:])]
    file.write_text("\n".join(wider) + "\n")
    error = refused(story.platform, "predict", "mass", "--csv", file)
    assert error["exit_code"] == 65
    said(error, "wingspan", "leave it out")
    answer = invoke(story.platform, "mass", file.read_bytes(), "text/csv", story.key)
    assert answer.status == 422 and "wingspan" in answer.body.decode(), answer


def test_a_column_of_the_training_that_is_no_feature_may_stay(story):
    """The file that was trained on has the label in it, and is asked about as it is."""
    answer = story.platform.json("predict", "mass", "--csv", story.penguins)
    straight = story.platform.json("predict", "mass", "--csv", story.csv("mass"))
    assert answer["predictions"] == straight["predictions"]


def test_a_word_for_a_number(story, tmp_path):
    file = tmp_path / "word.csv"
    lines = story.csv("mass", 2).read_text().splitlines()
    cells = lines[1].split(",")
    cells[lines[0].split(",").index("flipper_length_mm")] = "long"
    file.write_text("\n".join([lines[0], ",".join(cells)]) + "\n")
    error = refused(story.platform, "predict", "mass", "--csv", file)
    said(error, "line 2", "flipper_length_mm", "long")


def test_a_port_that_is_taken(platform, tmp_path):
    other = Martlet(tmp_path / "state", engine=platform.engine)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = other.try_run(
            *("up", "--detach", "--bin", other.bin, "--https-port", port, "--native-port", 0),
            *("--output", "json"),
        )
    assert outcome.code == 69, outcome
    said(outcome.error, str(port), "taken", "--https-port")
    assert not any(is_alive(process) for process in other.process_ids())


def test_a_second_up_on_the_same_state(platform):
    outcome = platform.try_run("up", "--detach", "--bin", platform.bin, "--output", "json")
    assert outcome.code != 0
    said(outcome.error, "martlet down")


def test_an_import_of_something_that_is_no_model(platform, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("not a model\n")
    error = refused(platform, "import", file, "--model", "x")
    said(error, "notes.txt")


def test_a_command_line_that_is_wrong(platform):
    for arguments in (
        ("train",),
        ("predict", "mass"),
        ("deploy", "a b", "--model", "mass"),
        ("modles",),
        ("models", "--wrong"),
        ("up", "--https-port", "x"),
    ):
        outcome = platform.try_run(*arguments)
        assert outcome.code == 64, outcome
        assert outcome.err.strip(), outcome
        outcome = platform.try_run(*arguments, "--output", "json")
        assert outcome.code == outcome.error["exit_code"] == 64, outcome
        assert outcome.error["message"] and outcome.out == "", outcome


def test_a_row_with_a_missing_and_one_with_a_surplus_cell(story, tmp_path):
    header, first, *_ = story.csv("mass", 2).read_text().splitlines()
    for name, row in (("short", first.rpartition(",")[0]), ("long", first + ",1")):
        file = tmp_path / f"{name}.csv"
        file.write_text(f"{header}\n{first}\n{row}\n")
        error = refused(story.platform, "predict", "mass", "--csv", file)
        assert error["exit_code"] == 65
        said(error, "line 3")
        answer = invoke(story.platform, "mass", file.read_bytes(), "text/csv", story.key)
        assert answer.status in (400, 422) and "line 3" in answer.body.decode(), answer


@pytest.mark.parametrize(
    "command",
    ["", "up", "down", "status", "keys create", "algorithms", "train", "jobs", "jobs stop"]
    + ["import"]
    + ["dataset", "dataset add", "dataset versions", "dataset delete"]
    + ["models", "models pull", "models delete", "models approve", "models alias", "models gc"]
    + ["deploy", "endpoints", "endpoints delete", "predict"],
)
def test_every_command_has_help_with_an_example(platform, command):
    out = platform.run(*command.split(), "--help").out
    assert f"martlet {command}".strip() in out
    assert "xample" in out or "Start here" in out, out
