"""The story's platform: started once, filled with data, models and endpoints, asked by all tests.

The steps are those of deploy/quickstart, which has a test of its own.
"""

import importlib
import os
import pathlib
import subprocess
import types

import pytest

from suite import ROOT, Martlet
from tables import Table

PENGUINS = ROOT / "deploy" / "data" / "penguins.csv"

# Starting everything and training the first models belongs to the test that comes first.
SECONDS = 300


def pytest_collection_modifyitems(items):
    for item in items:
        if pathlib.Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.fixture(scope="session")
def messages(protos):
    """The generated modules of the services (`protos` has made them)."""
    names = {
        "manifest": "martlet.models.v1.manifest_pb2",
        "inference": "martlet.inference.v1.inference_pb2",
        "endpoints": "martlet.endpoints.v1.endpoints_pb2",
        "table": "martlet.tabular.v1.table_pb2",
    }
    modules = {name: importlib.import_module(module) for name, module in names.items()}
    return types.SimpleNamespace(wire=protos.wire, **modules)


@pytest.fixture(scope="session")
def engine():
    """The folder of the inference engine, fetched when it is not there."""
    folder = pathlib.Path(
        os.environ.get("MARTLET_ENGINE") or ROOT / ".build" / "engines" / "openvino"
    )
    fetch = [ROOT / "deploy" / "fetch-openvino", folder]
    subprocess.run(fetch, check=True, timeout=280, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="session")
def platform(tmp_path_factory, engine):
    """All services, ready; stopped at the end whatever happened."""
    platform = Martlet(tmp_path_factory.mktemp("story") / "state", engine=engine)
    platform.up()
    yield platform
    platform.down()


class Story:
    """What the platform was filled with."""

    def __init__(self, platform, folder):
        self.platform, self.folder = platform, folder
        self.penguins = PENGUINS
        platform.run("dataset", "add", "penguins", PENGUINS, "--description", "CC0, Palmer Station")
        train = ("--dataset", "penguins", "--seed", 7)
        self.linear_options = train + ("--label", "body_mass_g")
        self.clusters_options = train + ("--ignore", "species", "--set", "k=3")
        self.linear = platform.json(
            "train", "linear-learner", *self.linear_options, "--model", "mass"
        )
        self.clusters = platform.json(
            "train", "kmeans", *self.clusters_options, "--model", "groups"
        )
        platform.run("deploy", "mass", "--model", "mass")
        platform.run("deploy", "groups", "--model", "groups", "--self-hosted")
        # The model's own columns, without the label: what a call brings.
        table = Table.read(PENGUINS)
        self.rows = {
            "mass": table.without("body_mass_g"),
            "groups": table.without("species"),
        }
        self.key = platform.json("keys", "create", "story")["secret"]

    def csv(self, endpoint, rows=None):
        """A file with the rows that this endpoint takes; all, or the first so many."""
        path = self.folder / f"{endpoint}-{rows or 'all'}.csv"
        if not path.exists():
            path.write_text(self.rows[endpoint].text(rows))
        return path

    def pulled(self, model):
        """The model's folder, copied from the store once."""
        folder = self.folder / f"pulled-{model}"
        if not folder.exists():
            self.platform.run("models", "pull", model, "--into", folder)
        return folder


@pytest.fixture(scope="session")
def story(platform, tmp_path_factory):
    return Story(platform, tmp_path_factory.mktemp("files"))
