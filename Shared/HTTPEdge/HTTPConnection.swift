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
      let body = await collect(request, limitBytes: limitBytes, since: head.receivedAt)
      let answer = await perform { await then(body.result) }
      budget.give(body.chargedBytes)
      try await write(answer, to: request, closes: body.failure != nil, writer)
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

  private struct Collected {
    var result: Result<Bytes, HTTPBodyFailure>
    var chargedBytes: Int

    var failure: HTTPBodyFailure? {
      if case .failure(let failure) = result { failure } else { nil }
    }
  }

  private func collect(
    _ request: Request,
    limitBytes: Int,
    since start: Instant
  ) async -> Collected {
    var charged = 0
    func failed(_ failure: HTTPBodyFailure) -> Collected {
      Collected(result: .failure(failure), chargedBytes: charged)
    }
    if let announced = announcedBytes(request), announced > limitBytes {
      return failed(.tooLarge(limitBytes: limitBytes))
    }
    let deadline = start + limits.bodyTimeout
    let output = ByteOutput(capacity: 4096)
    do {
      for try await piece in request.body {
        guard output.count + piece.readableBytes <= limitBytes else {
          return failed(.tooLarge(limitBytes: limitBytes))
        }
        guard Instant.now < deadline else { return failed(.timedOut(limits.bodyTimeout)) }
        guard budget.take(piece.readableBytes) else { return failed(.noMemory) }
        charged += piece.readableBytes
        piece.withUnsafeReadableBytes { output.append(copying: $0) }
      }
    } catch {
      return failed(.ended)
    }
    return Collected(result: .success(output.takeBytes()), chargedBytes: charged)
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
