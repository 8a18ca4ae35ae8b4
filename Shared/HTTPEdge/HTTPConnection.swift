import HTTPTypes
import HummingbirdCore
import NIOCore
import Primitives
import SecureTransport
import Synchronization

/// One connection of an HTTPS port: takes requests one after the other from HummingbirdCore and
/// gives them to the responder.
final class HTTPConnection: Sendable {
  private let responder: any HTTPResponder
  private let limits: HTTPSLimits
  private let budget: BodyBudget
  private let loop: NIOLoop
  private let peer: TLSStreamPeer
  private let remoteAddress: String
  /// The work on the request at hand, which ends with the connection.
  private let work = Mutex<Work>(Work())

  private struct Work {
    var task: Task<HTTPAnswer, Never>?
    var isGone = false
  }

  /// Throwing is how a responder closes its connection.
  struct ConnectionEnds: Error {}

  init(
    responder: any HTTPResponder,
    limits: HTTPSLimits,
    budget: BodyBudget,
    loop: NIOLoop,
    peer: TLSStreamPeer,
    remoteAddress: String
  ) {
    self.responder = responder
    self.limits = limits
    self.budget = budget
    self.loop = loop
    self.peer = peer
    self.remoteAddress = remoteAddress
  }

  /// The client has gone.
  func closed() {
    let task = work.withLock { work in
      work.isGone = true
      return work.task
    }
    task?.cancel()
  }

  // `@concurrent` as the server's own functions are: the writer may not change its executor. The
  // task's executor preference keeps all of it on the connection's loop.
  @concurrent
  func respond(to request: Request, _ writer: consuming ResponseWriter) async throws {
    let head = HTTPHead(
      method: request.method,
      path: request.uri.path,
      fields: request.headers,
      remoteAddress: remoteAddress,
      peer: peer.identity,
      receivedAt: .now
    )
    switch await responder.receive(head) {
    case .answer(let answer):
      // A long body that nobody wants is not read to its end: the connection closes instead.
      try await write(answer, to: request, closes: isLong(request), writer)
    case .readBody(let limitBytes, let then):
      if expectsContinue(request), (announcedBytes(request) ?? 0) <= limitBytes {
        try await writer.writeInformationalHead(HTTPResponse(status: .continue))
      }
      let memory = RequestMemory(budget)
      defer { memory.giveAll() }
      let body = await collect(request, limitBytes, memory, since: head.receivedAt)
      let answer = await perform { await then(body) }
      // The rest of a body that was not taken is not read: the connection closes instead.
      let isWhole = if case .success = body { true } else { false }
      try await write(answer, to: request, closes: !isWhole, writer)
    }
  }

  // MARK: Work

  /// Runs `body` on the loop until the client goes.
  private func perform(_ body: @escaping @Sendable () async -> HTTPAnswer) async -> HTTPAnswer {
    let task = Task(executorPreference: loop) { await body() }
    let isGone = work.withLock { work in
      work.task = task
      return work.isGone
    }
    if isGone { task.cancel() }
    let answer = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    work.withLock { $0.task = nil }
    return answer
  }

  // MARK: The body

  private func collect(
    _ request: Request,
    _ limitBytes: Int,
    _ memory: RequestMemory,
    since start: Instant
  ) async -> Result<HTTPBody, HTTPBodyFailure> {
    let announced = announcedBytes(request)
    if let announced, announced > limitBytes { return .failure(.tooLarge(limitBytes: limitBytes)) }
    let deadline = start + limits.bodyTimeout
    var buffer = BodyBuffer(memory, limitBytes: limitBytes, announcedBytes: announced)
    do {
      for try await piece in request.body {
        guard Instant.now < deadline else { return .failure(.timedOut(limits.bodyTimeout)) }
        try buffer.append(piece)
      }
    } catch let failure as HTTPBodyFailure {
      return .failure(failure)
    } catch {
      return .failure(.ended)
    }
    return .success(HTTPBody(bytes: buffer.bytes(), memory: memory))
  }

  private func announcedBytes(_ request: Request) -> Int? {
    request.headers[.contentLength].flatMap { Int($0) }
  }

  /// Whether to read the body costs more than another connection.
  private func isLong(_ request: Request) -> Bool {
    request.headers[.transferEncoding] != nil || (announcedBytes(request) ?? 0) > 64 << 10
      || expectsContinue(request)
  }

  private func expectsContinue(_ request: Request) -> Bool {
    request.headers[.expect]?.lowercased() == "100-continue"
  }

  // MARK: The answer

  @concurrent
  private func write(
    _ answer: HTTPAnswer,
    to request: Request,
    closes: Bool,
    _ writer: consuming ResponseWriter
  ) async throws {
    var head = HTTPResponse(status: answer.status, headerFields: answer.fields)
    head.headerFields[.contentLength] = "\(answer.body.count)"
    let isLast = closes || request.headers[.connection]?.lowercased() == "close"
    if isLast { head.headerFields[.connection] = "close" }
    let hasBody = request.method != .head && answer.body.count > 0
    try await writer.write(
      response: head,
      body: hasBody
        ? ResponseBody(byteBuffer: answer.body.withUnsafeBytes { ByteBuffer(bytes: $0) })
        : ResponseBody()
    )
    if isLast { throw ConnectionEnds() }
  }
}
