"""A managed call that comes to a host without a replica is passed on privately, and counted."""

import numpy
import pytest

from martlet_wire import Connection, tls_context

METHOD = "/martlet.inference.v1.Inference/Predict"
COUNTED = "martlet_inference_forwarded_total"
MANAGED = ("inference-1", "inference-2")


def connect(platform, messages, host, certificate="cli"):
    pki = platform.state / "pki"
    address, port = platform.service(host)["address"].rsplit(":", 1)
    tls = tls_context(pki / "ca.pem", pki / f"{certificate}.pem", pki / f"{certificate}.key")
    return Connection(messages.wire, (address, int(port)), tls, host=address)


def request(messages, table):
    """PredictRequest with the rows as texts, which columns of numbers take as well."""
    columns = []
    for index, name in enumerate(table.names):
        cells = [row[index] for row in table.rows]
        missing = [text in ("", "NA") for text in cells]
        bits = bytearray((len(cells) + 7) // 8)
        for row, is_missing in enumerate(missing):
            bits[row // 8] |= is_missing << (row % 8)
        texts = messages.table.TextCells(values=cells, missing=bytes(bits) if any(missing) else b"")
        columns.append(messages.table.TableColumn(name=name, texts=texts))
    rows = messages.table.Table(row_count=len(table.rows), columns=columns)
    return messages.inference.PredictRequest(table=rows)


def predict(connection, messages, endpoint, table):
    return connection.unary(
        METHOD,
        request(messages, table),
        messages.inference.PredictResponse,
        target=f"endpoints/{endpoint}",
    )


@pytest.fixture(scope="module")
def hosts(story):
    """(the host with the replica of `mass`, the managed one without)."""
    targets = story.platform.json("endpoints", "mass")["targets"]
    holder = next(target["host"] for target in targets if target["is_ready"])
    assert holder in MANAGED, targets
    return holder, next(host for host in MANAGED if host != holder)


def test_the_host_without_a_replica_passes_the_call_on(story, messages, hosts):
    holder, other = hosts
    platform = story.platform
    before = platform.metric(other, COUNTED)
    connection = connect(platform, messages, other)
    answer, end = predict(connection, messages, "mass", story.rows["mass"])
    connection.close()
    assert end.status.code == 0, end
    assert answer.host == holder
    assert platform.metric(other, COUNTED) == before + 1
    straight = platform.json("predict", "mass", "--csv", story.csv("mass"))
    output = answer.outputs[0]
    found = numpy.frombuffer(output.data, "<f4")
    wanted = [row[output.name] for row in straight["predictions"]]
    assert numpy.allclose(found, wanted, rtol=1e-6)


def test_the_host_with_the_replica_answers_itself(story, messages, hosts):
    holder, _ = hosts
    before = story.platform.metric(holder, COUNTED)
    connection = connect(story.platform, messages, holder)
    answer, end = predict(connection, messages, "mass", story.rows["mass"])
    connection.close()
    assert end.status.code == 0, end
    assert answer.host == holder
    assert story.platform.metric(holder, COUNTED) == before


def test_an_endpoint_that_nobody_has_is_said(story, messages, hosts):
    connection = connect(story.platform, messages, hosts[1])
    _, end = predict(connection, messages, "nowhere", story.rows["mass"])
    connection.close()
    assert end.status.code in (5, 14), end  # NOT_FOUND, or UNAVAILABLE
    assert "nowhere" in end.status.message
