"""Each service is killed once with -9 in the middle of a command. The command ends right or with a
clear error, the same command succeeds soon after, and nothing that was acknowledged is missing."""

import hashlib
import os
import pathlib
import random
import signal
import time

import pytest

from https import invoke
from testkit import wait_until

# What a person may be told when a service died under a command: it passes, or can be done again.
CLEAR = {"UNAVAILABLE", "ABORTED", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "TRY_AGAIN"}
# 30 s on a machine with nothing else to do; this one may be three times slower, and busy.
AGAIN_SECONDS = 120

ROWS = "martlet_inference_rows_total"

# Of 9 000 rows, in the large file.
BLOCKS = 40


def ends_well(outcome):
    """True when it did what it was asked; a clear error is well, too."""
    if outcome.code == 0:
        return True
    assert outcome.code > 0, outcome  # not by a signal
    assert outcome.error["code"] in CLEAR and outcome.error["message"], outcome
    return False


def again(platform, *arguments):
    """The same command until it succeeds; its JSON."""
    until = time.monotonic() + AGAIN_SECONDS
    while True:
        outcome = platform.try_run(*arguments, "--output", "json")
        if ends_well(outcome):
            return outcome.json
        assert time.monotonic() < until, f"not within {AGAIN_SECONDS} s: {outcome}"


class Acknowledged:
    """What commands have said is done; a look at it must find it all."""

    def __init__(self, platform):
        self.platform = platform

    def look(self):
        platform = self.platform
        datasets = platform.json("dataset", "list")["datasets"]
        models = platform.json("models")["models"]
        versions = [platform.json("models", model["model"])["versions"] for model in models]
        jobs = platform.json("jobs")["jobs"]
        return {
            "datasets": {(entry["name"], entry["version"], entry["sha256"]) for entry in datasets},
            "versions": {
                (version["model"], version["version"], version["manifest_sha256"])
                for versions_of_one in versions
                for version in versions_of_one
            },
            "aliases": {
                (version["model"], alias, version["version"])
                for versions_of_one in versions
                for version in versions_of_one
                for alias in version["aliases"]
            },
            "jobs": {(job["name"], job["status"]) for job in jobs if job["ended_unix_us"]},
            "endpoints": {
                (entry["name"], entry["id"], entry["model"], entry["model_version"])
                for entry in platform.json("endpoints")["endpoints"]
            },
        }


@pytest.fixture
def nothing_is_missing(story):
    """What was there before the test is there after it."""
    acknowledged = Acknowledged(story.platform)
    before = acknowledged.look()
    yield
    after = acknowledged.look()
    for kind, things in before.items():
        assert things <= after[kind], (kind, things - after[kind])


@pytest.fixture(scope="module")
def large_file(tmp_path_factory):
    """Some 10 MB of rows."""
    chance = random.Random(11)
    block = "".join(
        f"{chance.random():.9f},{chance.gauss(0, 1):.9f},{chance.randrange(5)}\n"
        for _ in range(9000)
    )
    path = tmp_path_factory.mktemp("large") / "large.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write("a,b,c\n")
        for _ in range(BLOCKS):
            file.write(block)
    return path


@pytest.fixture(scope="module")
def slow_training(story, tmp_path_factory):
    """(dataset name, options) of a k-means that runs for seconds."""
    chance = random.Random(5)
    path = tmp_path_factory.mktemp("slow") / "slow.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write("a,b,c,d\n")
        for _ in range(8_000):
            file.write(",".join(f"{chance.gauss(0, 1):.6f}" for _ in range(4)) + "\n")
    story.platform.run("dataset", "add", "slow", path)
    settings = ("--set", "k=16", "--set", "n_init=12", "--set", "tolerance=0")
    return ("train", "kmeans", "--dataset", "slow", "--seed", 3, *settings)


def kill_under(command, platform, service):
    """Kills the service while the command still runs; answers the id that it had."""
    assert command.poll() is None, f"too late: {platform.finish(command)}"
    return platform.kill(service)


def bytes_below(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def wait_for_training(platform, job, command):
    """Until the job trains, and has something to lose."""

    def trains():
        assert command.poll() is None, platform.finish(command)
        outcome = platform.try_run("jobs", job, "--output", "json")
        return outcome.code == 0 and outcome.json["progress"] > 0.1

    wait_until(trains, 240, lambda: f"job {job} trains")


def test_model_store_in_the_middle_of_an_upload(story, large_file, nothing_is_missing):
    platform = story.platform
    add = ("dataset", "add", "large", large_file)
    folder = platform.state / "model-store-1"
    start = bytes_below(folder)
    command = platform.start(*add, "--output", "json")
    wait_until(
        lambda: bytes_below(folder) > start + 500_000 or command.poll() is not None,
        240,
        lambda: "some of the upload is there",
    )
    killed = kill_under(command, platform, "model-store-1")
    ends_well(platform.finish(command, add))
    dataset = again(platform, *add)["dataset"]
    assert dataset["files"][0]["sha256"] == hashlib.sha256(large_file.read_bytes()).hexdigest()
    assert dataset["row_count"] == BLOCKS * 9000
    platform.wait_ready("model-store-1", other_than=killed)


def test_trainer_in_the_middle_of_a_training(story, slow_training, nothing_is_missing):
    platform = story.platform
    straight = again(platform, *slow_training, "--model", "slow", "--job", "undisturbed")
    train = (*slow_training, "--model", "slow-killed", "--job", "killed")
    command = platform.start(*train, "--output", "json")
    wait_for_training(platform, "killed", command)
    killed = kill_under(command, platform, "trainer-1")
    ends_well(platform.finish(command, train))
    result = again(platform, *train)
    assert result["job"]["status"] == "Completed"
    assert result["version"]["files"] == straight["version"]["files"]
    platform.wait_ready("trainer-1", other_than=killed)


def test_gateway_in_the_middle_of_a_watch(story, slow_training, nothing_is_missing):
    platform = story.platform
    train = (*slow_training, "--model", "slow-watched", "--job", "watched")
    command = platform.start(*train, "--output", "json")
    wait_for_training(platform, "watched", command)
    killed = kill_under(command, platform, "gateway-1")
    ends_well(platform.finish(command, train))
    result = again(platform, *train)
    assert result["job"]["status"] == "Completed"
    assert result["job"]["attempt_count"] == 1  # the job did not notice
    platform.wait_ready("gateway-1", other_than=killed)
    # The key was acknowledged; the gateway that came back knows it.
    body = story.csv("mass", 2).read_bytes()
    assert invoke(platform, "mass", body, "text/csv", story.key).status == 200


def test_balancer_in_the_middle_of_a_deployment(story, nothing_is_missing):
    platform = story.platform
    deploy = ("deploy", "second-mass", "--model", "mass", "--replicas", 2)
    command = platform.start(*deploy, "--output", "json")
    names = ("endpoints", "--output", "json")
    wait_until(
        lambda: "second-mass" in platform.try_run(*names).out or command.poll() is not None,
        120,
        lambda: "the endpoint is there",
    )
    killed = kill_under(command, platform, "balancer-1")
    # The platform without its registry goes on serving what it serves.
    ends_well(platform.finish(command, deploy))
    endpoint = again(platform, *deploy)
    assert endpoint["status"] == "InService"
    platform.wait_ready("balancer-1", other_than=killed)
    rows = story.csv("mass", 3)
    assert (
        again(platform, "predict", "second-mass", "--csv", rows)["predictions"]
        == again(platform, "predict", "mass", "--csv", rows)["predictions"]
    )
    again(platform, "endpoints", "delete", "second-mass")


def replica_holder(platform, endpoint):
    targets = again(platform, "endpoints", endpoint)["targets"]
    return next(target["host"] for target in targets if target["is_ready"])


@pytest.fixture(scope="module")
def on_both(story):
    """An endpoint with a replica on each managed host."""
    story.platform.run("deploy", "both", "--model", "mass", "--replicas", 2)
    story.rows["both"] = story.rows["mass"]
    yield "both"
    again(story.platform, "endpoints", "delete", "both")


def other_managed_host(platform, than):
    return next(name for name in ("inference-1", "inference-2") if name != than)


def test_the_second_managed_host_in_the_middle_of_predictions(
    story, on_both, tmp_path, nothing_is_missing
):
    """The one that the test below does not kill: seven services, seven kills."""
    platform = story.platform
    host = other_managed_host(platform, replica_holder(platform, "mass"))
    targets = again(platform, "endpoints", on_both)["targets"]
    assert host in [target["host"] for target in targets if target["is_ready"]], targets
    kill_in_predictions(story, on_both, host, tmp_path)


@pytest.mark.parametrize("endpoint", ["mass", "groups"])
def test_inference_in_the_middle_of_predictions(story, endpoint, tmp_path, nothing_is_missing):
    kill_in_predictions(story, endpoint, replica_holder(story.platform, endpoint), tmp_path)


def kill_in_predictions(story, endpoint, host, tmp_path):
    platform = story.platform
    table = story.rows[endpoint]
    file = tmp_path / "many.csv"
    file.write_text(table.text() + table.text().partition("\n")[2] * 300)
    predict = ("predict", endpoint, "--csv", file)
    straight = again(platform, "predict", endpoint, "--csv", story.csv(endpoint))["predictions"]

    start = platform.metric(host, ROWS)
    command = platform.start(*predict, "--output", "json")
    wait_until(
        lambda: platform.metric(host, ROWS) > start or command.poll() is not None,
        240,
        lambda: "some rows are answered",
    )
    killed = kill_under(command, platform, host)
    ends_well(platform.finish(command, predict))
    answer = again(platform, *predict)["predictions"]
    assert len(answer) == 301 * len(table.rows)
    for row, wanted in zip(answer[-len(straight) :], straight, strict=True):
        assert {**row, "row": 0} == {**wanted, "row": 0}
    platform.wait_ready(host, other_than=killed)


def test_a_service_that_hangs_is_killed_and_started_again(story, nothing_is_missing):
    """A stopped process keeps its connections and its place in the registry; nobody but the
    supervisor, which asks it every few seconds, can tell that it does nothing any more."""
    platform = story.platform
    stopped = platform.kill("trainer-1", signal.SIGSTOP)
    platform.wait_ready("trainer-1", other_than=stopped, seconds=240)
    assert platform.service("trainer-1")["restart_count"] > 0
    assert again(platform, "jobs")["jobs"]


def test_a_worker_that_dies_costs_no_more_than_its_calls(story):
    """The engine's process is not the host's."""
    platform = story.platform
    host = replica_holder(platform, "mass")
    process = platform.process_id(host)
    workers = children(process)
    assert workers, "the host has a worker for each model"
    os.kill(workers[0], signal.SIGKILL)
    answer = again(platform, "predict", "mass", "--csv", story.csv("mass", 3))
    assert len(answer["predictions"]) == 3
    assert platform.process_id(host) == process, "the host lives on"


def children(process):
    """Processes that any of its threads started."""
    found = []
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        found += [int(word) for word in (task / "children").read_text().split()]
    return found
