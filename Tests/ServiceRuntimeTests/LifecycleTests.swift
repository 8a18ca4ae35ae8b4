import Foundation
import Glibc
import Testing

/// The runtime as systemd sees it: a real process, its notify socket, its signals, its exit code.
@Suite("A service's process")
struct LifecycleTests {
  /// A socket name of this test's own.
  static func socketName(abstract: Bool = false) -> String {
    let unique = UUID().uuidString.prefix(13)
    return abstract
      ? "@martlet-test-\(unique)" : FileManager.default.temporaryDirectory.path + "/n-\(unique)"
  }

  @Test("becomes ready, stops on SIGTERM and exits with 0", arguments: [false, true])
  func readyAndStop(abstract: Bool) throws {
    let systemd = try NotifyListener(name: Self.socketName(abstract: abstract))
    let probe = try ProbeProcess(environment: ["NOTIFY_SOCKET": systemd.name])
    #expect(systemd.next() == ["READY=1", "STATUS=ready"])
    probe.send(SIGTERM)
    #expect(systemd.next() == ["STOPPING=1", "STATUS=draining"])
    let (code, log) = probe.end()
    #expect(code == 0, "\(log)")
    #expect(log.components(separatedBy: "\"has_deadline\":true").count == 3, "\(log)")
    // Started in order, drained in the opposite order.
    let order = [
      "starts\",\"fields\":{\"component\":\"first", "started\",\"fields\":{\"component\":\"first",
      "starts\",\"fields\":{\"component\":\"second", "ended\",\"fields\":{\"component\":\"second",
      "ended\",\"fields\":{\"component\":\"first",
    ]
    let places = order.map { log.range(of: $0)?.lowerBound }
    #expect(!places.contains(nil), "\(log)")
    #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted(), "\(log)")
  }

  @Test("SIGINT stops as SIGTERM does, also without systemd")
  func interrupt() throws {
    let probe = try ProbeProcess()
    #expect(probe.waitForLog("\"ready\""))
    probe.send(SIGINT)
    #expect(probe.end().code == 0)
  }

  @Test("a second signal while draining exits at once with 128 + its number")
  func secondSignal() throws {
    let probe = try ProbeProcess(["--probe-behaviour", "ignoreDrain"])
    #expect(probe.waitForLog("\"ready\""))
    probe.send(SIGTERM)
    #expect(probe.waitForLog("ignoring the drain"))
    probe.send(SIGINT)
    #expect(probe.end().code == 128 + SIGINT)
  }

  @Test("a drain that takes too long exits with 124, even when every thread is stuck")
  func drainTimeout() throws {
    for behaviour in ["ignoreDrain", "blockThreads"] {
      let probe = try ProbeProcess(["--probe-behaviour=\(behaviour)", "--drain-timeout", "200ms"])
      #expect(probe.waitForLog("\"ready\""), "\(behaviour)")
      probe.send(SIGTERM)
      let (code, log) = probe.end()
      #expect(code == 124, "\(behaviour): \(log)")
      #expect(log.contains("exiting now"), "\(behaviour)")
    }
  }

  @Test("a stop during a start that hangs cancels the start and exits with 0")
  func stopDuringStart() throws {
    let systemd = try NotifyListener(name: Self.socketName())
    let probe = try ProbeProcess(
      ["--probe-behaviour", "hangStart"],
      environment: ["NOTIFY_SOCKET": systemd.name]
    )
    #expect(probe.waitForLog("hanging"))
    probe.send(SIGTERM)
    let (code, log) = probe.end()
    #expect(code == 0, "\(log)")
    #expect(systemd.next()?.first == "STOPPING=1", "READY was never said")
  }

  @Test(
    "a component that fails makes the service drain and exit with the failure's code",
    arguments: [
      ("failStart", 69), ("refuseStart", 70), ("failLater", 70), ("endEarly", 70),
      ("failDrain", 70),
    ] as [(String, Int32)]
  )
  func failures(behaviour: String, expected: Int32) throws {
    let probe = try ProbeProcess(["--probe-behaviour", behaviour])
    if behaviour == "failDrain" {
      #expect(probe.waitForLog("\"ready\""))
      probe.send(SIGTERM)
    }
    let (code, log) = probe.end()
    #expect(code == expected, "\(log)")
    #expect(log.contains("\"level\":\"critical\""), "\(log)")
    #expect(log.contains("\"label\":\"probe.first\",\"message\":\"drained\""), "\(log)")
    if behaviour == "failStart" {
      #expect(log.contains("listen.address: the address is in use; choose another"))
    }
  }

  @Test("wrong flags exit with 64, a wrong environment with 78, and nothing else happens")
  func wrongSettings() throws {
    let flags = try ProbeProcess(["--drian-timeout", "1s"]).end()
    #expect(flags.code == 64)
    #expect(flags.log.contains("did you mean --drain-timeout?"), "\(flags.log)")
    let name = "MARTLET_RUNTIME_PROBE_LOG_LEVEL"
    let environment = try ProbeProcess(environment: [name: "loud"]).end()
    #expect(environment.code == 78)
    #expect(environment.log.contains(name), "\(environment.log)")
  }

  @Test("help, version and printed configuration go out and exit with 0")
  func printing() throws {
    let help = try ProbeProcess(["--help"]).end()
    #expect(help.code == 0 && help.log.contains("--drain-timeout DURATION"))
    #expect(try ProbeProcess(["--version"]).end() == (0, "runtime-probe 0.0.1\n"))
    let printed = try ProbeProcess(
      ["--print-config"],
      environment: ["MARTLET_RUNTIME_PROBE_PROBE_TOKEN": "s3cret"]
    ).end()
    #expect(printed.code == 0 && printed.log.contains("# probe.token: hidden"))
    #expect(!printed.log.contains("s3cret"))
  }

  @Test("SIGHUP reloads every component, tells systemd, and survives one that fails")
  func reload() throws {
    let systemd = try NotifyListener(name: Self.socketName())
    let probe = try ProbeProcess(environment: ["NOTIFY_SOCKET": systemd.name])
    #expect(systemd.wait(for: "READY=1"))
    probe.send(SIGHUP)
    let message = systemd.next()
    #expect(message?.first == "RELOADING=1")
    #expect(message?[1].hasPrefix("MONOTONIC_USEC=") == true)
    #expect(systemd.next()?.first == "READY=1")
    #expect(probe.waitForLog("\"reloaded\""))
    probe.send(SIGTERM)
    let (code, log) = probe.end()
    #expect(code == 0)
    #expect(log.components(separatedBy: "\"reloading\"").count == 3, "\(log)")
    #expect(log.contains("reload failed"), "\(log)")
  }

  @Test("SIGUSR1 makes the log more verbose and SIGUSR2 sets it back")
  func logLevel() throws {
    let probe = try ProbeProcess(["--log-level", "notice"])
    #expect(probe.waitForLog("\"ready\""))
    probe.send(SIGUSR1)
    #expect(probe.waitForLog("\"level\":\"info\"}"))
    probe.send(SIGUSR2)
    #expect(probe.waitForLog("\"level\":\"notice\"}"))
    probe.send(SIGTERM)
    let (code, log) = probe.end()
    #expect(code == 0)
    #expect(!log.contains("component started"), "below notice at the start: \(log)")
  }

  @Test("a healthy service feeds the watchdog; a sick one and a stuck one do not")
  func watchdog() throws {
    func environment(_ systemd: NotifyListener) -> [String: String] {
      ["NOTIFY_SOCKET": systemd.name, "WATCHDOG_USEC": "100000"]
    }
    let systemd = try NotifyListener(name: Self.socketName())
    let healthy = try ProbeProcess(environment: environment(systemd))
    for _ in 0..<3 { #expect(systemd.wait(for: "WATCHDOG=1")) }
    healthy.send(SIGTERM)
    #expect(healthy.end().code == 0)

    for (behaviour, sign) in [("sick", "component is not healthy"), ("blockThreads", "\"ready\"")] {
      let other = try NotifyListener(name: Self.socketName())
      let probe = try ProbeProcess(
        ["--probe-behaviour", behaviour, "--drain-timeout", "0"],
        environment: environment(other)
      )
      #expect(probe.waitForLog(sign))
      var messages: [[String]] = []
      // Ten watchdog intervals without a message: the last one came before the threads were stuck.
      while let message = other.next(within: 1), messages.count < 10 { messages.append(message) }
      #expect(messages.count < 10, "\(behaviour) goes on feeding: \(messages)")
      probe.send(SIGTERM)
      _ = probe.end()
    }
  }
}

/// The private port of a real process.
@Suite("A service's readiness over HTTP")
struct ReadinessTests {
  /// The status of `path` at the port that the process's log names.
  private func status(_ path: String, _ probe: ProbeProcess) throws -> Int {
    let port = try #require(probe.logged(between: "\"address\":\"127.0.0.1:", and: "\""))
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = try #require(in_port_t(port)).bigEndian
    target.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafeBytes(of: &target) { raw in
      raw.withMemoryRebound(to: sockaddr.self) {
        connect(descriptor, $0.baseAddress, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(connected == 0)
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_RCVTIMEO,
      &limit,
      socklen_t(MemoryLayout<timeval>.size)
    )
    let request = Array("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
    try #require(send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count)
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
    return try #require(words.dropFirst().first.flatMap { Int($0) })
  }

  @Test("it is not ready while a component starts, ready then, and not ready while it drains")
  func phases() throws {
    let starting = try ProbeProcess(["--probe-behaviour", "hangStart"])
    #expect(starting.waitForLog("hanging"))
    #expect(try status("/healthz", starting) == 200)
    #expect(try status("/readyz", starting) == 503)

    let probe = try ProbeProcess(["--probe-behaviour", "ignoreDrain"])
    #expect(probe.waitForLog("\"ready\""))
    #expect(try status("/readyz", probe) == 200)
    #expect(try status("/metrics", probe) == 200)
    probe.send(SIGTERM)
    #expect(probe.waitForLog("ignoring the drain"))
    #expect(try status("/readyz", probe) == 503)
    #expect(try status("/healthz", probe) == 200)
  }

  @Test("a private port that other hosts reach is refused at the start")
  func remote() throws {
    let (code, log) = try ProbeProcess(["--private-address", "0.0.0.0:0"]).end()
    #expect(code == 64)
    #expect(log.contains("private.allow-remote"), "\(log)")
  }
}
