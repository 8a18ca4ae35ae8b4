import Foundation
import HTTPEdge
import Logging
import Primitives
import SecureTransport
import ServiceLifecycle
import ServiceRuntime
import Synchronization
import Telemetry
import Transport

/// An HTTPS port that runs for the time of a test, and clients of the system for it.
final class RunningHTTPSPort: Sendable {
  let responder = EchoResponder()
  let metrics = MetricsRegistry()
  private let bound = Mutex(TransportAddress.tcp(host: "127.0.0.1", port: 0))
  private let folder: URL

  private init(folder: URL) { self.folder = folder }

  var address: TransportAddress { bound.withLock { $0 } }

  func url(_ path: String) -> String { "https://\(address)\(path)" }

  /// Status 0 when there was no answer; of several the last one's.
  func curl(
    _ path: String,
    body: Data? = nil,
    options: [String] = []
  ) throws -> (status: Int, body: Data) {
    var arguments = [
      "--silent", "--max-time", "30", "--noproxy", "*", "--http1.1", "--tlsv1.3", "--cacert",
      folder.appending(path: "ca.pem").path, "--write-out", "%{stderr}%{http_code}\n",
    ]
    if body != nil { arguments += ["--data-binary", "@-"] }
    let (output, errors) = try run("/usr/bin/curl", arguments + options + [url(path)], body)
    let last = String(decoding: errors, as: UTF8.self).split(separator: "\n").last ?? ""
    return (Int(last) ?? 0, output)
  }

  /// What the server says to a text over TLS until it closes.
  func openssl(_ text: String) throws -> String {
    let arguments = [
      "s_client", "-quiet", "-verify_quiet", "-ign_eof", "-connect", "\(address)", "-CAfile",
      folder.appending(path: "ca.pem").path,
    ]
    return String(
      decoding: try run("/usr/bin/openssl", arguments, Data(text.utf8)).output,
      as: UTF8.self
    )
  }

  private func run(
    _ program: String,
    _ arguments: [String],
    _ input: Data?
  ) throws -> (output: Data, errors: Data) {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stderr
    try process.run()
    Thread {
      // It fails when the client has ended before it read all.
      try? stdin.fileHandleForWriting.write(contentsOf: input ?? Data())
      try? stdin.fileHandleForWriting.close()
    }.start()
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    let errors = stderr.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (output, errors)
  }

  /// Starts a port, calls `body` with it on a thread that may block, drains it; throws what the
  /// port throws.
  static func with(
    _ limits: HTTPSLimits = HTTPSLimits(),
    _ body: @escaping @Sendable (RunningHTTPSPort) throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "https-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path }
    let authority = try CertificateAuthority.create(commonName: "Test")
    try authority.write(certificatePath: path("ca.pem"), privateKeyPath: path("ca.key"))
    try authority.issue(.service(suite: "t", role: "gateway", instance: "1"))
      .write(certificatePath: path("s.pem"), privateKeyPath: path("s.key"))
    let group = LoopGroup(threadCount: 2)
    let running = RunningHTTPSPort(folder: folder)
    let port = HTTPSPort(
      addresses: [running.address],
      files: TLSFiles(
        certificateChain: path("s.pem"),
        privateKey: path("s.key"),
        authorities: path("ca.pem")
      ),
      takesClientCertificates: true,
      limits: limits,
      loops: group,
      responder: running.responder,
      metrics: running.metrics
    )
    do {
      try await serve(port, running, body)
    } catch {
      await group.shutdown()
      throw error
    }
    await group.shutdown()
  }

  private static func serve(
    _ port: HTTPSPort,
    _ running: RunningHTTPSPort,
    _ body: @escaping @Sendable (RunningHTTPSPort) throws -> Void
  ) async throws {
    let (started, continuation) = AsyncStream.makeStream(of: Void.self)
    let lifecycle = ComponentLifecycle(
      drainDeadline: { nil },
      onStarted: { continuation.finish() }
    )
    let services = ServiceGroup(
      configuration: .init(
        services: [
          .init(
            service: PortService(port: port, lifecycle: lifecycle),
            successTerminationBehavior: .gracefullyShutdownGroup
          )
        ],
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
      )
    )
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { continuation.finish() }
        try await services.run()
      }
      for await _ in started {}
      if let address = port.boundAddresses.first {
        running.bound.withLock { $0 = address }
        let result = await withTaskExecutorPreference(BlockingThread()) {
          await outcome(of: body, running)
        }
        await services.triggerGracefulShutdown()
        try result.get()
      }
      try await tasks.waitForAll()
    }
  }

  @concurrent
  private static func outcome(
    of body: @Sendable (RunningHTTPSPort) throws -> Void,
    _ running: RunningHTTPSPort
  ) async -> Result<Void, any Error> {
    Result { try body(running) }
  }

  private struct PortService: Service {
    let port: HTTPSPort
    let lifecycle: ComponentLifecycle
    func run() async throws { try await port.run(lifecycle) }
  }
}
