"""Commands beside the story's main thread: jobs that are left alone and stopped, copies, JSON."""

import json
import random
import signal

import pytest

from https import invoke
from testkit import wait_until


@pytest.fixture(scope="module")
def long_training(platform, tmp_path_factory):
    """A training that nobody waits for."""
    chance = random.Random(2)
    path = tmp_path_factory.mktemp("long") / "long.csv"
    rows = (",".join(f"{chance.gauss(0, 1):.6f}" for _ in range(4)) for _ in range(20_000))
    path.write_text("a,b,c,d\n" + "\n".join(rows) + "\n")
    platform.run("dataset", "add", "long", path)
    settings = ("k=32", "n_init=1000", "tolerance=0")
    options = [word for setting in settings for word in ("--set", setting)]
    return ("train", "kmeans", "--dataset", "long", "--model", "long", *options)


def status(platform, job):
    return platform.json("jobs", job)["status"]


def test_control_c_leaves_the_job_running_and_says_how_to_reach_it(platform, long_training):
    command = platform.start(*long_training, "--job", "left-alone")
    for line in command.stderr:
        if "step 2" in line:
            break
    command.send_signal(signal.SIGINT)
    outcome = platform.finish(command, long_training)
    assert outcome.code == 130, outcome
    assert "martlet jobs left-alone" in outcome.err
    assert "martlet jobs stop left-alone" in outcome.err
    assert status(platform, "left-alone") == "InProgress"
    assert platform.json("jobs", "stop", "left-alone")["status"] == "Stopped"
    assert platform.json("jobs", "stop", "left-alone")["status"] == "Stopped"
    assert "long" not in [model["model"] for model in platform.json("models")["models"]]


def test_a_detached_job_returns_at_once_and_a_watcher_hears_of_its_stop(platform, long_training):
    job = ("--job", "detached")
    assert platform.json(*long_training, *job, "--detach")["status"] == "InProgress"
    watcher = platform.start(*long_training, *job, "--output", "json")
    wait_until(
        lambda: platform.json("jobs", "detached")["metrics"], 60, lambda: "the job is under way"
    )
    platform.run("jobs", "stop", "detached")
    outcome = platform.finish(watcher, long_training)
    assert outcome.code == 1 and outcome.error["code"] == "JOB_STOPPED", outcome


def test_a_dataset_that_is_there_already_makes_no_second_version(story):
    again = story.platform.json("dataset", "add", "penguins", story.penguins)
    assert again["existed"] and again["dataset"]["version"] == 1
    columns = {column["name"]: column for column in again["dataset"]["columns"]}
    assert columns["species"]["type"] == "category" and columns["sex"]["missing_count"] == 11
    assert columns["body_mass_g"]["minimum"] == 2700
    shown = story.platform.json("dataset", "show", "penguins@1")
    assert shown == again["dataset"]


def test_other_rows_under_the_name_make_the_next_version(story, tmp_path):
    for number in (1, 2):
        file = tmp_path / f"{number}.csv"
        file.write_text("a,b\n" + f"{number},x\n" * 3)
        answer = story.platform.json("dataset", "add", "growing", file)
        assert answer["dataset"]["version"] == number
    listed = {entry["name"]: entry for entry in story.platform.json("dataset", "list")["datasets"]}
    assert listed["growing"]["version"] == 2


def test_a_pull_replaces_nothing_that_is_not_its_own(story, tmp_path):
    platform = story.platform
    (tmp_path / "notes.txt").write_text("mine")
    outcome = platform.try_run("models", "pull", "mass", "--into", tmp_path)
    assert outcome.code == 73, outcome
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    first = platform.json("models", "pull", "mass:1", "--into", tmp_path / "mass")
    again = platform.json("models", "pull", "mass@latest", "--into", tmp_path / "mass")
    assert (first["existed"], again["existed"]) == (False, True)


def test_deploying_the_same_again_is_harmless_and_something_else_is_refused(story):
    platform = story.platform
    first = platform.json("endpoints", "mass")
    again = platform.json("deploy", "mass", "--model", "mass:1")
    assert (again["id"], again["status"]) == (first["id"], "InService")
    outcome = platform.try_run("deploy", "mass", "--model", "groups", "--output", "json")
    assert outcome.code == 1 and outcome.error["code"] == "ALREADY_EXISTS", outcome


def test_a_deleted_endpoint_is_gone_and_its_copy_too(story):
    platform = story.platform
    platform.run("deploy", "short-lived", "--model", "groups", "--self-hosted")
    copy = platform.state / "inference-3" / "models" / "short-lived"
    assert (copy / "manifest.binpb").exists()
    platform.run("endpoints", "delete", "short-lived")
    assert not copy.exists()
    outcome = platform.try_run("endpoints", "short-lived", "--output", "json")
    assert outcome.code == 66, outcome


def test_what_is_deleted_is_gone_and_what_is_in_use_stays(story, tmp_path):
    platform = story.platform
    file = tmp_path / "gone.csv"
    for number in (1, 2):
        file.write_text("a,b\n" + f"{number},x\n{number + 1},y\n" * 9)
        platform.run("dataset", "add", "gone", file)
    train = ("train", "kmeans", "--dataset", "gone", "--model", "gone", "--set", "k=2")
    platform.run(*train, "--job", "gone-1")
    platform.run(*train, "--job", "gone-2", "--seed", 2)
    platform.run("models", "alias", "gone:1", "first")
    assert platform.json("models", "gone@first")["version"] == 1
    outcome = platform.try_run("models", "delete", "gone:1", "--output", "json")
    assert outcome.code == 1 and "first" in outcome.error["message"], outcome
    assert platform.json("models", "unalias", "gone@first")["version"] == 1
    assert platform.json("models", "delete", "gone:1")["deleted_version_count"] == 1
    outcome = platform.try_run("models", "mass", "--output", "json")
    assert outcome.code == 0, outcome
    outcome = platform.try_run("models", "delete", "mass", "--all", "--output", "json")
    assert outcome.code == 1 and "mass" in outcome.error["message"], outcome
    assert platform.json("models", "reject", "gone:2")["approval"] == "Rejected"
    assert platform.json("models", "approve", "gone:2")["approval"] == "Approved"
    platform.run("models", "delete", "gone", "--all")
    assert "gone" not in [model["model"] for model in platform.json("models")["models"]]
    versions = platform.json("dataset", "versions", "gone")["datasets"]
    assert [version["version"] for version in versions] == [2, 1]
    platform.run("dataset", "delete", "gone@1")
    platform.run("dataset", "delete", "gone", "--all")
    assert platform.try_run("dataset", "show", "gone").code == 66
    plan = platform.json("models", "gc")
    assert plan["blob_count"] + plan["recent_blob_count"] > 0
    platform.json("models", "gc", "--run")
    assert platform.json("models", "mass")["versions"]


def test_the_algorithms_tell_what_can_be_set(platform):
    algorithms = {entry["name"]: entry for entry in platform.json("algorithms")["algorithms"]}
    assert {"linear-learner", "kmeans"} <= set(algorithms)
    assert algorithms["linear-learner"]["needs_label"] and not algorithms["kmeans"]["needs_label"]
    names = [entry["name"] for entry in algorithms["kmeans"]["hyperparameters"]]
    assert "k" in names
    out = platform.run("algorithms", "kmeans").out
    assert all(name in out for name in names), out


def test_an_alias_follows_the_version_that_it_was_given_to(story):
    platform = story.platform
    train = ("train", "linear-learner", *story.linear_options, "--model", "mass-aliased")
    platform.run(*train, "--alias", "champion")
    shown = platform.json("models", "mass-aliased@champion")
    assert shown["version"] == 1 and set(shown["aliases"]) == {"champion", "latest"}


def test_tensors_for_a_model_of_rows_are_refused_alike_at_both_doors(story, tmp_path):
    file = tmp_path / "tensors.json"
    shown = story.platform.json("models", "mass")["versions"][0]
    width = shown["inputs"][0]["shape"][1]
    file.write_text(json.dumps({"inputs": [{"data": [[0.0] * width]}]}))
    outcome = story.platform.try_run("predict", "mass", "--json", file, "--output", "json")
    assert outcome.code == 65, outcome
    answer = invoke(story.platform, "mass", file.read_bytes(), "application/json", story.key)
    assert answer.status == 422, answer
    for words in (outcome.error["message"], answer.json["error"]["message"]):
        assert "the endpoint takes rows of a table: send `instances`" in words
