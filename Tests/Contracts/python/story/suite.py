"""The command line and the services that `martlet up` keeps, as a person at a shell has them."""

import json
import os
import pathlib
import signal
import subprocess
import urllib.request

from testkit import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[4]

SERVICES = (
    "balancer-1",
    "model-store-1",
    "trainer-1",
    "gateway-1",
    "inference-1",
    "inference-2",
    "inference-3",
)


def executables():
    """The folder with `martlet` and the services: MARTLET_BIN."""
    folder = os.environ.get("MARTLET_BIN")
    if not folder:
        raise RuntimeError("set MARTLET_BIN to the folder with the executables: .build/debug")
    return pathlib.Path(folder).resolve()


class Outcome:
    """How a command ended."""

    def __init__(self, arguments, process):
        self.arguments = arguments
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr

    def __repr__(self):
        words = " ".join(map(str, self.arguments))
        return f"martlet {words} -> {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        """What `--output json` writes of an error."""
        return json.loads(self.err.strip().splitlines()[-1])["error"]


class Martlet:
    """One folder of state and the services that run on it."""

    def __init__(self, state, bin_folder=None, engine=None):
        self.state = pathlib.Path(state)
        self.bin = pathlib.Path(bin_folder) if bin_folder else executables()
        self.engine = engine or os.environ.get("MARTLET_ENGINE")
        self.key = None

    # Commands

    def environment(self, **more):
        names = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")
        base = {name: os.environ[name] for name in names if name in os.environ}
        base["MARTLET_STATE"] = str(self.state)
        return base | {name: str(value) for name, value in more.items()}

    # Bounds are wide: they end what hangs, and say nothing of speed.
    def try_run(self, *arguments, text=None, seconds=240, env=None):
        process = subprocess.run(
            [self.bin / "martlet", *map(str, arguments)],
            input=text,
            capture_output=True,
            text=True,
            timeout=seconds,
            env=self.environment(**(env or {})),
            check=False,
        )
        return Outcome(arguments, process)

    def run(self, *arguments, **options):
        outcome = self.try_run(*arguments, **options)
        assert outcome.code == 0, outcome
        return outcome

    def json(self, *arguments, **options):
        return self.run(*arguments, "--output", "json", **options).json

    def start(self, *arguments):
        """A command in the background; the caller waits for it."""
        return subprocess.Popen(
            [self.bin / "martlet", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(),
        )

    def finish(self, process, arguments=(), seconds=240):
        out, err = process.communicate(timeout=seconds)
        return Outcome(
            arguments, subprocess.CompletedProcess(arguments, process.returncode, out, err)
        )

    # Services

    def up(self, *arguments):
        engine = ["--engine", self.engine] if self.engine else []
        ports = ["--https-port", 0, "--native-port", 0]
        return self.run(
            "up", "--detach", "--bin", self.bin, *engine, *ports, *arguments, seconds=240
        )

    def down(self):
        return self.try_run("down")

    def record(self):
        """supervisor.json; empty before the first `up`."""
        path = self.state / "supervisor.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def service(self, name):
        return next(entry for entry in self.record()["services"] if entry["name"] == name)

    def process_id(self, name):
        """Of a service that runs now, else None."""
        process = self.service(name).get("process")
        return process["pid"] if process else None

    def process_ids(self):
        record = self.record()
        found = [record["supervisor"]["pid"]] if record.get("supervisor") else []
        entries = [entry.get("process") for entry in record.get("services", [])]
        return found + [process["pid"] for process in entries if process]

    def connection(self):
        """cli.json: how the gateway is reached."""
        return json.loads((self.state / "cli.json").read_text())

    def kill(self, name, with_signal=signal.SIGKILL):
        """Kills one service by its own id; answers that id."""
        process = self.process_id(name)
        assert process, f"{name} does not run"
        os.kill(process, with_signal)
        return process

    def wait_ready(self, name, other_than=None, seconds=120):
        """Until the service runs again as another process and says that it is ready."""

        def is_ready():
            entry = self.service(name)
            process = entry.get("process")
            if not process or process["pid"] == other_than:
                return False
            return self.private(name, "/readyz", default=None) is not None

        wait_until(is_ready, seconds, lambda: f"{name} is ready again: {self.service(name)}")

    def private(self, name, path, **default):
        """What the service's private port answers; with `default` that when it does not."""
        url = f"http://{self.service(name)['private_address']}{path}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            if "default" in default:
                return default["default"]
            raise

    def metric(self, name, metric):
        """The sum of a metric over its labels; 0 where it has not been counted yet."""
        total = 0.0
        for line in self.private(name, "/metrics").splitlines():
            if line.split("{")[0].split(" ")[0] == metric:
                total += float(line.rsplit(" ", 1)[1])
        return total


def is_alive(process):
    """Whether this id belongs to a process that is more than a zombie."""
    try:
        stat = pathlib.Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def processes_below(folder):
    """Processes of anybody whose command line or working folder names this folder of state."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line and "martlet" not in line.split(" ")[0].rsplit("/", 1)[-1]:
            found[int(entry.name)] = line
    return found
