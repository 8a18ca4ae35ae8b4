"""The server under test as a real process, and what it says about itself."""

import fcntl
import json
import os
import pathlib
import select
import subprocess
import threading
import time
import urllib.request

GAUGES = (
    "martlet_rpc_open_streams",
    "martlet_rpc_open_connections",
    "martlet_rpc_armed_deadlines",
    "martlet_rpc_buffered_bytes",
)

FIRST_INHERITED = 3  # systemd's protocol: the descriptors begin here


def wait_until(condition, seconds, what):
    """Asks again and again, for so long at most, until `condition` answers something true."""
    pause = threading.Event()
    until = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds} s: {what()}")
        pause.wait(0.02)


class ServiceProcess:
    """An executable of ours that says where it listens; ended by its own process id."""

    def __init__(self, name, arguments, sockets=None):
        """With `sockets`, ours by their names, it is started as systemd starts a service."""
        folder = os.environ.get("MARTLET_BIN")
        if not folder:
            raise RuntimeError(f"set MARTLET_BIN to the folder with {name}: .build/debug")
        executable = pathlib.Path(folder).resolve() / name
        command, options = [str(executable), *map(str, arguments)], {}
        if sockets:
            # The shell's own process id is the server's after the exec.
            names = ":".join(sockets)
            told = f"LISTEN_PID=$$ LISTEN_FDS={len(sockets)} LISTEN_FDNAMES={names}"
            command = ["/bin/sh", "-c", f'{told} exec "$@"', "sh", *command]
            options = {"close_fds": False, "preexec_fn": lambda: _hand_over(sockets.values())}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, **options)
        try:
            ready, _, _ = select.select([self.process.stdout], [], [], 60)
            line = self.process.stdout.readline() if ready else b""
            if not line:
                raise RuntimeError(f"{executable} did not say within a minute where it listens")
            self.said = json.loads(line)
        except BaseException:
            self.end()
            raise

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def _hand_over(sockets):
    """Puts them where a service looks; above first, as they may lie in each other's way."""
    above = [fcntl.fcntl(each.fileno(), fcntl.F_DUPFD_CLOEXEC, 64) for each in sockets]
    for place, descriptor in enumerate(above, FIRST_INHERITED):
        os.dup2(descriptor, place)


class TestkitServer(ServiceProcess):
    """`testkit-server`, started with certificates."""

    __test__ = False  # not a suite of tests, whatever its name begins with

    def __init__(self, certificates, listener=None):
        arguments = ["--certificates", certificates, "--listen", "127.0.0.1:0"]
        super().__init__("testkit-server", arguments, {"rpc": listener} if listener else None)
        host, port = self.said["addresses"][0].rsplit(":", 1)
        self.address = (host, int(port))
        self.metrics_address = self.said["metrics"]

    def resident_bytes(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        for line in text.splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("the server has ended")

    def gauges(self):
        """The sum over all labels of each gauge; one that is missing is an error, not a zero."""
        url = f"http://{self.metrics_address}/metrics"
        with urllib.request.urlopen(url, timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        sums = {}
        for line in lines:
            name = line.split("{")[0].split(" ")[0]
            if name in GAUGES:
                sums[name] = sums.get(name, 0) + float(line.rsplit(" ", 1)[1])
        missing = [name for name in GAUGES if name not in sums]
        assert not missing, f"{url} does not show {missing}"
        return sums

    def wait_until_idle(self, seconds=60):
        """No stream, connection, deadline or buffer is counted as open any more."""
        wait_until(
            lambda: not any(self.gauges().values()),
            seconds,
            lambda: f"all gauges at zero, they are {self.gauges()}",
        )
