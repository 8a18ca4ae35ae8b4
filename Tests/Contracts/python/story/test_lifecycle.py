"""`down` leaves nothing behind but the state, and the next `up` comes back with it."""

import os
import signal
import subprocess


from suite import ROOT, SERVICES, Martlet, is_alive, processes_below
from testkit import wait_until


def test_all_services_run_and_say_so(platform):
    status = platform.json("status")
    assert {service["name"] for service in status["services"]} == set(SERVICES)
    for service in status["services"]:
        assert service["state"] == "ready", service


def test_a_second_up_has_its_state(story):
    platform = story.platform
    wanted = platform.json("predict", "mass", "--csv", story.csv("mass"))["predictions"]
    clusters = platform.json("predict", "groups", "--csv", story.csv("groups"))["predictions"]
    models = platform.json("models")
    processes = platform.process_ids()
    assert len(processes) == len(SERVICES) + 1 and all(map(is_alive, processes))
    outcome = platform.down()
    assert outcome.code == 0, outcome
    assert not any(map(is_alive, processes))
    assert processes_below(platform.state) == {}
    platform.up()
    assert platform.json("models") == models
    for endpoint, before in (("mass", wanted), ("groups", clusters)):
        after = wait_until(
            lambda endpoint=endpoint: try_predict(platform, endpoint, story.csv(endpoint)),
            60,
            lambda endpoint=endpoint: f"{endpoint} answers again",
        )
        assert after == before


def try_predict(platform, endpoint, rows):
    outcome = platform.try_run("predict", endpoint, "--csv", rows, "--output", "json")
    return outcome.json["predictions"] if outcome.code == 0 else None


def test_a_killed_supervisor_leaves_no_orphan(engine, tmp_path):
    """Services hold on to their supervisor's life."""
    other = Martlet(tmp_path / "state", engine=engine)
    other.up()
    processes = other.process_ids()
    supervisor = other.record()["supervisor"]["pid"]
    os.kill(supervisor, signal.SIGKILL)
    # What it was writing when it died.
    draft = other.state / f"supervisor.json.{supervisor}.new"
    draft.write_text("{")
    try:
        wait_until(lambda: not is_alive(supervisor), 60, lambda: "the supervisor is dead")
        outcome = other.try_run("status", "--output", "json")
        assert outcome.code == 69 and outcome.json["supervisor"] == "died", outcome
        assert str(supervisor) in outcome.error["message"], outcome
        assert "martlet down" in outcome.error["remedy"], outcome
        wait_until(
            lambda: not any(map(is_alive, processes)), 120, lambda: processes_below(other.state)
        )
        wait_until(lambda: not processes_below(other.state), 120, lambda: "no worker is left")
        assert other.run("down").out.startswith("the supervisor had died")
        assert not draft.exists()
        assert other.json("down") == {"stopped": [], "was_running": False}
        assert other.try_run("status", "--output", "json").json["supervisor"] == "stopped"
    finally:
        other.down()


def test_a_second_up_remembers_what_the_first_was_told_and_warns_its_caller(tmp_path):
    other = Martlet(tmp_path / "state")
    other.engine = None
    first = other.up()
    try:
        assert "warning: no engine" in first.err, first
        before = other.connection()
        assert other.down().code == 0
        other.run("up", "--detach", "--bin", other.bin)
        after = other.connection()
        for name in ("native_address", "https_address"):
            assert after[name] == before[name]
    finally:
        other.down()


def test_interrupting_up_in_the_foreground_ends_everything(engine, tmp_path):
    other = Martlet(tmp_path / "state", engine=engine)
    command = other.start(
        *("up", "--bin", other.bin, "--engine", engine, "--https-port", 0, "--native-port", 0)
    )
    try:
        wait_until(
            lambda: other.record().get("phase") == "ready" or command.poll() is not None,
            240,
            lambda: "everything is ready",
        )
        processes = other.process_ids()
        command.send_signal(signal.SIGINT)
        outcome = other.finish(command, ["up"])
    finally:
        if command.poll() is None:
            command.kill()
    assert outcome.code in (0, 130), outcome
    assert not any(map(is_alive, processes))
    assert processes_below(other.state) == {}


QUICKSTART = ROOT / "deploy" / "quickstart"


def test_the_quickstart_runs_and_stops_everything(platform, engine, tmp_path):
    environment = platform.environment(MARTLET_STATE=tmp_path / "state", MARTLET_ENGINE=engine)
    run = subprocess.run(
        [QUICKSTART, "--bin", platform.bin],
        capture_output=True,
        text=True,
        timeout=240,
        env=environment,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    for command in ("martlet up", "martlet train", "martlet deploy", "martlet predict", "curl"):
        assert command in run.stdout, run.stdout
    assert processes_below(tmp_path / "state") == {}
