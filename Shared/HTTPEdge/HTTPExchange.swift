import HTTPTypes
import Primitives

/// What a request says before its body.
public struct HTTPHead: Sendable {
  public let method: HTTPRequest.Method
  /// Without the query; not decoded.
  public let path: String
  public let fields: HTTPFields
  /// `127.0.0.1:4711`.
  public let remoteAddress: String
  /// Who the client is by its certificate; `.anonymous` without one.
  public let peer: PeerIdentity
  /// When the head had come.
  public let receivedAt: Instant

  public init(
    method: HTTPRequest.Method,
    path: String,
    fields: HTTPFields,
    remoteAddress: String,
    peer: PeerIdentity,
    receivedAt: Instant
  ) {
    self.method = method
    self.path = path
    self.fields = fields
    self.remoteAddress = remoteAddress
    self.peer = peer
    self.receivedAt = receivedAt
  }
}

/// What a request is answered with.
public struct HTTPAnswer: Sendable {
  public var status: HTTPResponse.Status
  public var fields = HTTPFields()
  public var body: Bytes

  public init(status: HTTPResponse.Status, type: String, body: Bytes) {
    self.status = status
    self.body = body
    fields[.contentType] = type
  }
}

/// A request's body, and the memory that the request may go on to use.
public struct HTTPBody: Sendable {
  public let bytes: Bytes
  /// Holds the bytes already.
  public let memory: RequestMemory
}

/// Why a request's body did not come whole.
public enum HTTPBodyFailure: Error, Sendable, Equatable {
  /// More than the responder said it takes.
  case tooLarge(limitBytes: Int)
  /// It came too slowly.
  case timedOut(Duration)
  /// The bodies of all requests together hold as much memory as they may.
  case noMemory
  /// The client went away, or broke HTTP.
  case ended
}

/// What becomes of a request once its head was seen.
public enum HTTPDecision: Sendable {
  case answer(HTTPAnswer)
  /// Its body is read first, as far as `limitBytes`. The work is cancelled when the client goes.
  case readBody(
    limitBytes: Int,
    then: @Sendable (Result<HTTPBody, HTTPBodyFailure>) async -> HTTPAnswer
  )
}

/// Answers requests. Called on the loop of the connection, which it must not block.
public protocol HTTPResponder: Sendable {
  /// Judges a request by its head, so that nobody's body is held who may not send one.
  func receive(_ head: HTTPHead) async -> HTTPDecision
}
