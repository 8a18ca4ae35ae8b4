import Foundation
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Transport

/// The inference service as a process of its own.
final class HostProcess: Sendable {
  private struct Ready: Decodable {
    let addresses: [String]
    let metrics: String
  }

  let process: ServiceProcess
  let address: TransportAddress
  let metricsAddress: TransportAddress
  private let world: InferenceWorld

  /// The engine that the tests use: `MARTLET_ENGINE`, or what deploy/fetch-openvino puts into the
  /// build folder. Without it every test that loads a model fails and says so.
  static let engineFolder: String =
    ProcessInfo.processInfo.environment["MARTLET_ENGINE"]
    ?? URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../.build/engines/openvino").standardized.path

  static func requireEngine() throws {
    guard FileManager.default.fileExists(atPath: "\(engineFolder)/VERSION") else {
      throw ServiceProcessError(
        "no engine in \(engineFolder): run deploy/fetch-openvino .build/engines/openvino, or set "
          + "MARTLET_ENGINE to where one is"
      )
    }
  }

  /// - Parameter models: The models folder of a self-hosted host; nil = a managed one.
  init(
    _ world: InferenceWorld,
    instance: String = "a",
    models: String? = nil,
    engine: String? = HostProcess.engineFolder,
    _ arguments: [String] = []
  ) async throws {
    self.world = world
    var words = [
      "--discovery-instances", "balancer=\(world.registryAddress)",
      "--listen-addresses", "127.0.0.1:0",
      "--private-address", "127.0.0.1:0",
      "--tls-certificate", world.path("inference-\(instance).pem"),
      "--tls-key", world.path("inference-\(instance).key"),
      "--tls-authorities", world.path("ca.pem"),
      "--state-folder", world.path("state-\(instance)"),
      "--log-level", "critical",
    ]
    if let models { words += ["--pool", "self-hosted", "--models-folder", models] }
    if let engine { words += ["--engine-openvino-folder", engine] }
    process = try await ServiceProcess.sibling("inference", words + arguments)
    let line = try await process.readLine()
    let ready = try JSONDecoder().decode(Ready.self, from: Data(line.utf8))
    guard let address = ready.addresses.first.flatMap(TransportAddress.init),
      let metrics = TransportAddress(ready.metrics)
    else { throw ServiceProcessError("\(line) names no address") }
    self.address = address
    metricsAddress = metrics
  }

  func client(_ role: String = "gateway") throws -> InferenceClient {
    InferenceClient(try world.channel(to: address, of: "inference", as: role))
  }

  func hostClient(_ role: String = "balancer") throws -> InferenceHostClient {
    InferenceHostClient(try world.channel(to: address, of: "inference", as: role))
  }

  /// The value of a series, by its name and the beginning of its labels; 0 when it is not there.
  func metric(_ series: String) async throws -> Double {
    let text = try await HTTPGet.text(of: "/metrics", at: metricsAddress)
    return text.split(separator: "\n").filter { $0.hasPrefix(series) }
      .compactMap { Double($0.split(separator: " ").last ?? "") }
      .reduce(0, +)
  }

  /// Waits until the host says that a replica is in a state; returns its report.
  @discardableResult
  func waitFor(_ endpoint: String, _ state: ReplicaState) async throws -> ReplicaReport {
    let client = try hostClient("operator")
    var last: ReplicaReport?
    do {
      try await eventually("\(endpoint) is \(state)", within: .seconds(30)) {
        last = try await client.describeHost(DescribeHostRequest()).replicas
          .first { $0.endpoint == endpoint }
        return last?.state == state
      }
    } catch {
      throw ServiceProcessError("\(error); its last report: \(last.map { "\($0)" } ?? "none")")
    }
    return last ?? ReplicaReport()
  }

  /// The processes that the host has started.
  var workers: [pid_t] {
    HostProcess.processes().filter { $0.parent == process.processID }.map(\.pid)
  }

  static func isAlive(_ pid: pid_t) -> Bool {
    // A zombie has ended; its parent has not looked yet.
    processes().contains { $0.pid == pid && $0.state != "Z" }
  }

  private static func processes() -> [(pid: pid_t, parent: pid_t, state: String)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { name in
      guard let pid = pid_t(name),
        let stat = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
        let end = stat.lastIndex(of: ")")
      else { return nil }
      let fields = stat[stat.index(after: end)...].split(separator: " ")
      guard fields.count > 1, let parent = pid_t(fields[1]) else { return nil }
      return (pid, parent, String(fields[0]))
    }
  }

  /// Resident memory of a process in bytes, from /proc.
  static func residentBytes(_ pid: pid_t) -> Int {
    let text = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)
    return text.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
      .map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } ?? 0
  }
}

extension CallOptions {
  static func endpoint(_ name: String, timeout: Duration = .seconds(60)) -> CallOptions {
    target("endpoints/\(name)", timeout: timeout)
  }

  /// Of any form.
  static func target(_ target: String, timeout: Duration = .seconds(60)) -> CallOptions {
    var options = CallOptions(timeout: timeout, target: target)
    // What a failure looks like is what is tested.
    options.mayRetry = false
    return options
  }
}
