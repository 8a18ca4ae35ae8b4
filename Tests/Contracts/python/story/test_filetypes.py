"""An imported open model: what it says of real files is what its own package says."""

import io
import pathlib
import zipfile
import zlib

import pytest

from https import invoke
from suite import ROOT

magika = pytest.importorskip("magika")


@pytest.fixture(scope="module")
def endpoint(platform):
    package = pathlib.Path(magika.__file__).parent
    platform.run(
        "import",
        package / "models" / "standard_v3_3" / "model.onnx",
        package / "models" / "standard_v3_3" / "config.min.json",
        package / "config" / "content_types_kb.min.json",
        *("--model", "magika", "--license", "Apache-2.0", "--tag", "source=pypi"),
    )
    platform.run("deploy", "filetype", "--model", "magika")
    return "filetype"


def png():
    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return len(data).to_bytes(4, "big") + kind + data + check.to_bytes(4, "big")

    header = (32).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    rows = b"".join(b"\0" + bytes((x * y) % 256 for x in range(96)) for y in range(32))
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("README.md", "STYLE.md"):
            file.write(ROOT / name, name)
    return buffer.getvalue()


def pdf():
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length 44 >>\nstream\nBT /F1 24 Tf 20 100 Td (Martlet) Tj ET      \nendstream",
    ]
    text, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    start = len(text)
    text += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    text += b"".join(b"%010d 00000 n \n" % place for place in places)
    return text + b"trailer << /Root 1 0 R /Size 5 >>\nstartxref\n%d\n%%%%EOF\n" % start


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("types")
    made = {
        "picture": png(),
        "archive": archive(),
        "document": pdf(),
        "empty": b"",
        "one-byte": b"a",
        "few-bytes": b"\x00\x01\x02",
        "seven-bytes": b"abc def",
        "spaces": b" " * 5000,
        "spaces-around": b"\n" * 3000 + b"SELECT name FROM cars WHERE mpg > 30;\n" + b" " * 3000,
        "zeros": bytes(10_000),
        "umlauts": "Größe, Maß und Übermut\n".encode() * 40,
        "latin-1": "Größe, Maß und Übermut\n".encode("latin-1") * 40,
        "large": b"".join(b"%d,%d,word%d\n" % (n, n * n % 97, n % 13) for n in range(300_000)),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    sources = [
        ROOT / "README.md",
        ROOT / "Package.swift",
        ROOT / "LICENSE",
        ROOT / ".swift-format",
        ROOT / "Tests" / "run",
        ROOT / "Tests" / "Contracts" / "python" / "martlet_wire.py",
        ROOT / "Tests" / "Contracts" / "python" / "pytest.ini",
        ROOT / "protos" / "PROTOCOL.md",
        ROOT / "protos" / "martlet" / "wire" / "v1" / "wire.proto",
        ROOT / "Shared" / "COpenSSL" / "openssl_shim.h",
        ROOT / "Shared" / "COpenSSL" / "module.modulemap",
        ROOT / "Shared" / "Digests" / "SHA256Hasher.swift",
        ROOT / "deploy" / "data" / "penguins.csv",
    ]
    return [folder / name for name in made] + [source for source in sources if source.exists()]


@pytest.fixture(scope="module")
def package_answers(files):
    model = magika.Magika()
    return {path: model.identify_path(path).prediction for path in files}


def test_the_labels_are_those_of_the_package(platform, endpoint, files, package_answers):
    answer = platform.json("predict", endpoint, "--file", *files)
    found = {row["file"]: row for row in answer["predictions"]}
    wrong = {}
    for path in files:
        wanted = package_answers[path]
        row = found[str(path)]
        if row["label"] != str(wanted.output.label):
            wrong[str(path)] = (row, str(wanted.output.label), wanted.score)
        # The package rounds nothing; engines differ in the last digits.
        elif abs(row["score"] - wanted.score) > 1e-3:
            wrong[str(path)] = (row, str(wanted.output.label), wanted.score)
    assert not wrong


def test_https_takes_a_file_as_it_is(platform, story, endpoint, files, package_answers):
    for path in files[:6]:
        answer = invoke(
            platform, endpoint, path.read_bytes(), "application/octet-stream", story.key
        )
        if answer.status == 400 and not path.read_bytes():
            continue  # no body at all is no file
        assert answer.status == 200, (path, answer)
        outputs = {output["name"]: output["data"] for output in answer.json["outputs"]}
        assert outputs["label"] == [str(package_answers[path].output.label)], path


def test_rows_for_an_endpoint_of_files_are_refused_with_the_way_out(platform, story, endpoint):
    outcome = platform.try_run(
        "predict", endpoint, "--csv", story.csv("mass", 2), "--output", "json"
    )
    assert outcome.code == 65 and "--file" in outcome.error["remedy"], outcome
