"""What was trained is what an independent library finds on the same rows."""

import hashlib

import numpy
import pytest

from onnx_files import constants
from tables import Table, split


def manifest(story, messages, model):
    bytes_ = (story.pulled(model) / "manifest.binpb").read_bytes()
    return messages.manifest.Manifest.FromString(bytes_)


def training_rows(story, outcome, label=None):
    """(Table of rows that were trained on, their labels), by the split that the job names."""
    job = outcome["job"]
    table = Table.read(story.penguins)
    if label:  # rows without a label are left out before the split
        known = [row for row in table.rows if row[table.names.index(label)] not in ("", "NA")]
        table = Table(table.names, known)
    training, _ = split(len(table.rows), job["validation_fraction"], job["seed"])
    chosen = Table(table.names, [table.rows[row] for row in training])
    return chosen, [float(text) for text in chosen.column(label)] if label else None


def test_the_coefficients_are_those_of_scikit_learn(story, messages):
    linear_model = pytest.importorskip("sklearn.linear_model")
    fitted = manifest(story, messages, "mass")
    table, labels = training_rows(story, story.linear, "body_mass_g")
    rows = table.encoded(fitted.preprocessing.table)
    peer = linear_model.LinearRegression().fit(rows, labels)
    found = constants(story.pulled("mass") / fitted.entry_path)
    weights, bias = found["weights"].ravel(), found["bias"].ravel()
    assert weights.shape == peer.coef_.shape
    limit = 1e-6 * numpy.maximum(1, numpy.abs(peer.coef_))
    assert (numpy.abs(weights - peer.coef_) <= limit).all(), (weights, peer.coef_)
    assert abs(bias[0] - peer.intercept_) <= 1e-6 * max(1, abs(peer.intercept_))


def test_the_preprocessing_is_that_of_scikit_learn(story, messages):
    fitted = manifest(story, messages, "mass")
    table, _ = training_rows(story, story.linear, "body_mass_g")
    for column in fitted.preprocessing.table.columns:
        cells = [cell for cell in table.column(column.name) if cell.lower() not in ("", "na")]
        if column.HasField("number"):
            values = numpy.array([float(cell) for cell in cells])
            missing = len(table.rows) - len(values)
            filled = numpy.append(values, [values.mean()] * missing)
            assert column.number.mean == pytest.approx(values.mean(), rel=1e-12)
            assert column.number.imputed == pytest.approx(values.mean(), rel=1e-12)
            assert column.number.scale == pytest.approx(filled.std(), rel=1e-12)
        else:
            assert list(column.category.categories) == sorted(set(cells))
            most = max(map(cells.count, set(cells)))
            assert cells.count(column.category.imputed) == most


def test_the_held_out_metrics_are_those_of_the_held_out_rows(story, messages):
    fitted = manifest(story, messages, "mass")
    table = Table.read(story.penguins)
    label = table.names.index("body_mass_g")
    table = Table(table.names, [row for row in table.rows if row[label] not in ("", "NA")])
    job = story.linear["job"]
    _, held_out = split(len(table.rows), job["validation_fraction"], job["seed"])
    rows = Table(table.names, [table.rows[row] for row in held_out])
    truth = numpy.array([float(text) for text in rows.column("body_mass_g")])
    found = constants(story.pulled("mass") / fitted.entry_path)
    answers = rows.encoded(fitted.preprocessing.table) @ found["weights"].ravel().astype(float)
    rmse = numpy.sqrt(numpy.mean((answers + found["bias"][0] - truth) ** 2))
    metrics = {metric.name: metric.value for metric in fitted.metrics}
    assert metrics["validation:rmse"] == pytest.approx(rmse, rel=1e-4)


def test_the_inertia_is_as_good_as_the_best_of_ten(story, messages):
    cluster = pytest.importorskip("sklearn.cluster")
    fitted = manifest(story, messages, "groups")
    table, _ = training_rows(story, story.clusters)
    rows = table.encoded(fitted.preprocessing.table)
    peer = cluster.KMeans(n_clusters=3, n_init=10, random_state=0).fit(rows)
    centers = constants(story.pulled("groups") / fitted.entry_path)["centers"][0].astype(float)
    squares = ((rows[:, None, :] - centers[None]) ** 2).sum(axis=2)
    inertia = squares.min(axis=1).sum()
    assert inertia <= 1.01 * peer.inertia_, (inertia, peer.inertia_)


def test_the_lineage_names_data_and_settings(story, messages):
    fitted = manifest(story, messages, "groups")
    lineage = fitted.lineage
    assert lineage.algorithm == "kmeans"
    assert (lineage.dataset, lineage.dataset_version) == ("penguins", 1)
    assert lineage.hyperparameters["k"] == "3"
    assert lineage.job == story.clusters["job"]["name"]


def test_a_pulled_model_has_the_digests_of_its_manifest(story, messages):
    for model in ("mass", "groups"):
        for entry in manifest(story, messages, model).files:
            content = (story.pulled(model) / entry.path).read_bytes()
            assert len(content) == entry.size_bytes
            assert hashlib.sha256(content).digest() == entry.sha256


def test_the_same_job_again_makes_the_same_bytes(story):
    outcome = story.platform.json(
        "train", "kmeans", *story.clusters_options, "--model", "groups-again"
    )
    first = story.clusters["version"]["files"]
    assert outcome["version"]["files"] == first
