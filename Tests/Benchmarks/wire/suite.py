"""The wire beside gRPC C++, a bare OpenSSL pipe and a bare ping-pong of two processes.

Both stacks use the same certificates and a production service's defaults; nothing is pinned.
Floors and aims are those of the wire's design: a floor is owed, an aim is what we are after.

wire-benchmark and grpc_peer take the same options and print the same JSON lines:
  server     --certificates DIR --floats N           {"addresses":["HOST:PORT"]}, until SIGTERM
  client     --certificates DIR --address HOST:PORT --floats N --connections C --in-flight N
             --seconds S --warmup S                  {"calls_per_second","p50_us","p99_us",
                                                      "p999_us","calls" with those of the warm-up}
  handshakes --certificates DIR --address HOST:PORT --in-flight N --seconds S
                                                     {"handshakes_per_second"}
  stream     --certificates DIR --address HOST:PORT --seconds S, ours only: the server sends
                                                     {"megabytes_per_second"}
In-flight calls are counted on each connection. DIR has ca.pem, server.pem/.key, client.pem/.key.
"""

import os
import pathlib
import subprocess
import tempfile

from processes import Server, build, measure
from table import Row, median

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
GRPC = "gRPC C++"

# name, connections, calls in flight on each, floats a call,
# then the floor and the aim of throughput, and the floor of p99
COLUMNS = [
    ("16 floats, 1 x 1", 1, 1, 16, None, None, None),
    ("16 floats, 1 x 64", 1, 64, 16, 4.0, 5.3, 4.0),
    ("16 floats, 8 x 64", 8, 64, 16, 8.0, 11.0, 4.0),
    ("1 024 floats, 1 x 64", 1, 64, 1024, 2.0, 2.5, None),
    ("65 536 floats, 1 x 16", 1, 16, 65536, 1.8, 2.3, None),
]
PARTS = ("columns", "handshakes", "stream", "allocations", "memory")


class Tools:
    """Everything that is run: built once, in a folder of its own under .build."""

    def __init__(self, with_ours):
        self.folder = ROOT / ".build" / "benchmarks-wire"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.shim = self.folder / "malloc_count.so"
        self.peer = self.folder / "grpc_peer"
        self.ours = None
        self._build_c()
        self._build_peer()
        if with_ours:
            # Built as a release is: see deploy/quickstart, and ARCHITECTURE.md for the reason.
            release = ["swift", "build", "-c", "release", "--static-swift-stdlib"]
            print("building wire-benchmark (release) …", flush=True)
            build([*release, "--product", "wire-benchmark"], cwd=ROOT)
            found = build([*release, "--show-bin-path"], cwd=ROOT).strip()
            self.ours = pathlib.Path(found) / "wire-benchmark"

    def _is_current(self, target, *sources):
        newest = max((HERE / source).stat().st_mtime for source in sources)
        return target.exists() and target.stat().st_mtime > newest

    def _build_c(self):
        strict = ["-O2", "-Wall", "-Wextra", "-Werror"]
        for name, extra in (
            ("pingpong", []),
            ("tlspipe", ["-lssl", "-lcrypto"]),
            ("malloc_count_selftest", ["-fno-builtin"]),
        ):
            build(["gcc", *strict, HERE / f"{name}.c", "-o", self.folder / name, *extra])
        shared = ["-fPIC", "-shared", "-fno-builtin"]
        build(["gcc", *strict, *shared, HERE / "malloc_count.c", "-o", self.shim])
        selftest = self.folder / "malloc_count_selftest"
        loaded = subprocess.run([selftest], env={**os.environ, "LD_PRELOAD": str(self.shim)})
        bare = subprocess.run([selftest], stderr=subprocess.DEVNULL)
        if (loaded.returncode, bare.returncode) != (0, 2):
            raise SystemExit("the malloc shim fails its self-test: its counts mean nothing")

    def _build_peer(self):
        if self._is_current(self.peer, "grpc_peer.cc", "latency_histogram.h", "bench.proto"):
            return
        print("building the gRPC C++ peer …", flush=True)
        plugin = build(["which", "grpc_cpp_plugin"]).strip()
        output = [f"--cpp_out={self.folder}", f"--grpc_out={self.folder}"]
        plugin_option = f"--plugin=protoc-gen-grpc={plugin}"
        build(["protoc", "-I", HERE, *output, plugin_option, HERE / "bench.proto"])
        generated = [self.folder / "bench.pb.cc", self.folder / "bench.grpc.pb.cc"]
        libraries = build(["pkg-config", "--libs", "grpc++", "protobuf"]).split()
        flags = ["-O2", "-DNDEBUG", "-std=c++17", "-Wall", f"-I{self.folder}", f"-I{HERE}"]
        sources = [HERE / "grpc_peer.cc", *generated]
        build(["g++", *flags, *sources, "-o", self.peer, *libraries, "-lpthread"])

    def stacks(self):
        """(key, executable) of each stack that is measured, in turn."""
        return [("ours", self.ours), ("peer", self.peer)] if self.ours else [("peer", self.peer)]


class Suite:
    def __init__(self, tools, certificates, arguments):
        self.tools = tools
        self.certificates = certificates
        self.seconds = 1.0 if arguments.quick else 4.0
        self.warmup = 0.5 if arguments.quick else 1.5
        self.rounds = arguments.rounds or (1 if arguments.quick else 3)
        self.million = 100_000 if arguments.quick else 1_000_000

    def serve(self, executable, floats=16, environment=None):
        command = [executable, "server", "--certificates", self.certificates, "--floats", floats]
        return Server(command, environment)

    def call(self, executable, server, mode="client", environment=None, **options):
        seconds = options.setdefault("seconds", self.seconds)
        warmup = options.get("warmup", 0)
        command = [executable, mode, "--certificates", self.certificates]
        command += ["--address", server.address]
        for name, value in options.items():
            command += [f"--{name.replace('_', '-')}", value]
        return measure(command, 60 + 2 * (seconds + warmup), environment)

    def alternate(self, what, one_run):
        """Runs `one_run(executable)` for each stack in turn, several times: all results of each."""
        results = {"ours": [], "peer": []}
        for index in range(self.rounds):
            # The order turns round too, so that neither stack always runs on the warmer machine.
            stacks = self.tools.stacks()
            for key, executable in stacks if index % 2 == 0 else reversed(stacks):
                print(f"  {what}: {key}, run {index + 1} of {self.rounds}", flush=True)
                results[key].append(one_run(executable))
        return results

    def columns(self):
        rows = []
        pingpongs = []
        for name, connections, in_flight, floats, floor, aim, tail_floor in COLUMNS:

            def one_run(executable):
                with self.serve(executable, floats) as server:
                    return self.call(
                        executable,
                        server,
                        floats=floats,
                        connections=connections,
                        in_flight=in_flight,
                        warmup=self.warmup,
                    )

            results = self.alternate(name, one_run)
            if in_flight == 1:
                for _ in range(self.rounds):
                    pingpongs.append(measure([self.tools.folder / "pingpong"], 60)["p50_us"])

            def pick(key, field):
                return median(result[field] for result in results[key])

            def row(title, unit, field, goal, aim, lower):
                ours, peer = pick("ours", field), pick("peer", field)
                rows.append(Row(f"{name}: {title}", unit, ours, peer, GRPC, goal, aim, lower))

            row("throughput", "calls/s", "calls_per_second", floor, aim, False)
            row("p50", "us", "p50_us", None, None, True)
            row("p99", "us", "p99_us", tail_floor, None, True)
            if in_flight == 1:
                title = f"{name}: p50 beside a bare ping-pong"
                ours, bare = pick("ours", "p50_us"), median(pingpongs)
                floor_ratio, aim_ratio = 1 / 1.6, 1 / 1.3
                rows.append(
                    Row(title, "us", ours, bare, "ping-pong", floor_ratio, aim_ratio, True)
                )
        return rows

    def handshakes(self):
        def one_run(executable):
            with self.serve(executable) as server:
                result = self.call(executable, server, "handshakes", in_flight=8)
                return result["handshakes_per_second"]

        results = self.alternate("handshakes", one_run)
        ours, peer = median(results["ours"]), median(results["peer"])
        return [Row("full TLS handshakes", "1/s", ours, peer, GRPC, None)]

    def stream(self):
        ours, pipe = [], []
        for index in range(self.rounds):
            print(f"  bulk stream: run {index + 1} of {self.rounds}", flush=True)
            command = [self.tools.folder / "tlspipe", self.certificates, self.seconds]
            pipe.append(measure(command, 60)["megabytes_per_second"])
            if self.tools.ours:
                with self.serve(self.tools.ours) as server:
                    result = self.call(self.tools.ours, server, "stream")
                    ours.append(result["megabytes_per_second"])
        goal = 0.8
        return [Row("bulk stream", "MB/s", median(ours), median(pipe), "OpenSSL pipe", goal, goal)]

    def allocations(self):
        counted = {}
        for key, executable in self.tools.stacks():
            print(f"  allocations: {key}", flush=True)
            counted[key] = self._allocations(executable)
        rows = []
        for side in ("client", "server"):
            name = f"allocations, {side}"
            ours, peer = counted.get("ours", {}).get(side), counted["peer"][side]
            limit = 15.0
            rows.append(
                Row(f"{name}, within the limit", "1/call", ours, limit, "limit", 1.0, None, True)
            )
            rows.append(Row(name, "1/call", ours, peer, GRPC, None, None, True))
        return rows

    def _allocations(self, executable):
        """Allocations a call on each side: the slope between a short and a longer run, so that
        what a connection or a process allocates once is not in it."""
        with tempfile.TemporaryDirectory() as folder:

            def counting(name):
                path = pathlib.Path(folder) / name
                environment = {"LD_PRELOAD": str(self.tools.shim)}
                return path, {**environment, "MARTLET_MALLOC_COUNT_FILE": str(path)}

            def count(path):
                return int.from_bytes(path.read_bytes()[:8], "little")

            server_file, server_environment = counting("server")
            samples = []
            with self.serve(executable, environment=server_environment) as server:
                for index, seconds in enumerate((self.seconds / 4, self.seconds)):
                    client_file, client_environment = counting(f"client-{index}")
                    before = count(server_file)
                    result = self.call(
                        executable,
                        server,
                        environment=client_environment,
                        in_flight=64,
                        seconds=seconds,
                        warmup=0.5,
                    )
                    served = count(server_file) - before
                    samples.append((result["calls"], count(client_file), served))
        (few, few_client, few_server), (many, many_client, many_server) = samples
        if many_client == 0 or many_server == 0 or many <= few:
            raise SystemExit("the malloc shim counted nothing")
        return {
            "client": (many_client - few_client) / (many - few),
            "server": (many_server - few_server) / (many - few),
        }

    def memory(self):
        """Resident memory of a server after its first calls and after a million."""
        resident = {}
        for key, executable in self.tools.stacks():
            print(f"  memory: {key}, {self.million:,} calls", flush=True)
            with self.serve(executable) as server:
                options = {"in_flight": 64, "connections": 8}
                result = self.call(executable, server, seconds=2, warmup=0, **options)
                warm = server.resident_bytes()
                calls, rate = result["calls"], result["calls_per_second"]
                while calls < self.million:
                    seconds = min(max((self.million - calls) / rate, 1), 60)
                    more = self.call(executable, server, seconds=seconds, warmup=0, **options)
                    calls += more["calls"]
                resident[key] = (warm / 1e6, server.resident_bytes() / 1e6)
        name = "server memory after a million calls"
        before, after = resident.get("ours", (None, None))
        within_five_percent = 1 / 1.05
        return [
            Row(
                f"{name}, beside the first two seconds'",
                "MB", after, before, "ours, warm", within_five_percent, None, True,
            ),
            Row(name, "MB", after, resident["peer"][1], GRPC, None, None, True),
        ]


def run(arguments):
    """All rows of the suite."""
    wanted = arguments.only.split(",") if arguments.only else PARTS
    for part in wanted:
        if part not in PARTS:
            raise SystemExit(f"no part {part}; the parts are {', '.join(PARTS)}")
    tools = Tools(with_ours=not arguments.peer_only)
    with tempfile.TemporaryDirectory() as certificates:
        build(["bash", HERE / "certificates.sh", certificates])
        suite = Suite(tools, certificates, arguments)
        return [row for part in wanted for row in getattr(suite, part)()]
