"""deploy/quickstart on a machine that lacks something: what is missing, and the way out."""

import os
import pathlib
import subprocess

QUICKSTART = pathlib.Path(__file__).resolve().parents[4] / "deploy" / "quickstart"


def quickstart(tmp_path, *arguments, **environment):
    return subprocess.run(
        [QUICKSTART, *arguments],
        env={**os.environ, "MARTLET_CACHE": str(tmp_path / "cache"), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_machine_without_swift(tmp_path):
    folders = os.environ["PATH"].split(":")
    path = ":".join(each for each in folders if not os.path.exists(f"{each}/swift"))
    outcome = quickstart(tmp_path, PATH=path)
    assert outcome.returncode == 1, outcome
    assert "needs Swift 6.3 or later in PATH: https://" in outcome.stderr
    assert "there is no swift" in outcome.stderr


def test_a_machine_without_a_way_to_the_package_index(tmp_path):
    # Nobody listens on port 1: pip fails as it does without a network, and does not try for long.
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:1/",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
    }
    outcome = quickstart(tmp_path, "--bin", os.environ["MARTLET_BIN"], **nowhere)
    assert outcome.returncode == 1, outcome
    assert "is there a network" in outcome.stderr
    assert "==> All services" not in outcome.stdout
    # What could not be finished is not taken for whole by the next run.
    assert not list((tmp_path / "cache").glob("*/READY"))


def test_a_folder_without_executables(tmp_path):
    outcome = quickstart(tmp_path, "--bin", str(tmp_path))
    assert outcome.returncode == 1, outcome
    assert "martlet" in outcome.stderr and str(tmp_path) in outcome.stderr
