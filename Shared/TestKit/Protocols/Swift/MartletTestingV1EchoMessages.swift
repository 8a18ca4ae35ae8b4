// Generated from martlet/testing/v1/echo.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CTestProtocols
import Primitives
import WireCodec

/// A request, and how to answer it.
public struct EchoRequest: CBackedMessage {
  public var text: String = ""
  public var values: [Float] = []
  public var payload: Bytes = Bytes()
  /// How many responses a streaming method sends for this request; 0 counts as 1.
  public var responseCount: UInt32 = 0
  /// How long the handler waits before each response, in milliseconds.
  public var delayMs: UInt32 = 0
  /// The status to end the call with, once the responses of this request are sent.
  public var failure: EchoFailure? = nil
  /// Answer with a payload of so many bytes instead of the request's payload; 0 = the request's.
  public var responsePayloadBytes: UInt32 = 0
  /// Keep waiting for `delay_ms` although the call was cancelled.
  public var ignoreCancellation: Bool = false
  /// Block the thread for `delay_ms` instead of suspending.
  public var blockThread: Bool = false
  /// Fill in `EchoResponse.call`.
  public var describeCall: Bool = false
  /// Send the request's metadata back as metadata of the outcome.
  public var echoMetadata: Bool = false

  public init() {}

  public init(
    text: String = "",
    values: [Float] = [],
    payload: Bytes = Bytes(),
    responseCount: UInt32 = 0,
    delayMs: UInt32 = 0,
    failure: EchoFailure? = nil,
    responsePayloadBytes: UInt32 = 0,
    ignoreCancellation: Bool = false,
    blockThread: Bool = false,
    describeCall: Bool = false,
    echoMetadata: Bool = false
  ) {
    self.text = text
    self.values = values
    self.payload = payload
    self.responseCount = responseCount
    self.delayMs = delayMs
    self.failure = failure
    self.responsePayloadBytes = responsePayloadBytes
    self.ignoreCancellation = ignoreCancellation
    self.blockThread = blockThread
    self.describeCall = describeCall
    self.echoMetadata = echoMetadata
  }

  public static let messageName = "martlet.testing.v1.EchoRequest"

  public var description: String {
    var text = MessageDescription("EchoRequest")
    text.add("text", self.text)
    text.add("values", self.values)
    text.add("payload", self.payload)
    text.add("responseCount", self.responseCount)
    text.add("delayMs", self.delayMs)
    text.add("failure", self.failure)
    text.add("responsePayloadBytes", self.responsePayloadBytes)
    text.add("ignoreCancellation", self.ignoreCancellation)
    text.add("blockThread", self.blockThread)
    text.add("describeCall", self.describeCall)
    text.add("echoMetadata", self.echoMetadata)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Testing__V1__EchoRequest>.size,
    slices: [
      .init("martlet.testing.v1.EchoRequest", 3),
    ],
    mapEntries: [
      "martlet.testing.v1.EchoFailure.DetailsEntry",
    ],
  ) {
    martlet__testing__v1__echo_request__init($0.assumingMemoryBound(to: Martlet__Testing__V1__EchoRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__EchoRequest.self)
    self.text = Unpacked.text(c.pointee.text)
    self.values = Unpacked.fixedArray(c.pointee.values, c.pointee.n_values, source)
    self.payload = Unpacked.slice(c.pointee.payload.data, c.pointee.payload.len, source)
    self.responseCount = c.pointee.response_count
    self.delayMs = c.pointee.delay_ms
    self.failure = Unpacked.message(c.pointee.failure, source) as EchoFailure?
    self.responsePayloadBytes = c.pointee.response_payload_bytes
    self.ignoreCancellation = c.pointee.ignore_cancellation != 0
    self.blockThread = c.pointee.block_thread != 0
    self.describeCall = c.pointee.describe_call != 0
    self.echoMetadata = c.pointee.echo_metadata != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__EchoRequest.self)
    martlet__testing__v1__echo_request__init(c)
    if !self.text.isEmpty {
      c.pointee.text = arena.text(self.text)
    }
    if !self.values.isEmpty {
      c.pointee.n_values = self.values.count
      c.pointee.values = arena.fixedArray(self.values)
    }
    if !self.payload.isEmpty {
      c.pointee.payload.len = self.payload.count
      c.pointee.payload.data = arena.slice(self.payload)
    }
    c.pointee.response_count = self.responseCount
    c.pointee.delay_ms = self.delayMs
    if let value = self.failure {
      c.pointee.failure = arena.message(value)
    }
    c.pointee.response_payload_bytes = self.responsePayloadBytes
    c.pointee.ignore_cancellation = self.ignoreCancellation ? 1 : 0
    c.pointee.block_thread = self.blockThread ? 1 : 0
    c.pointee.describe_call = self.describeCall ? 1 : 0
    c.pointee.echo_metadata = self.echoMetadata ? 1 : 0
  }
}

/// A status that is not OK.
public struct EchoFailure: CBackedMessage {
  public var code: UInt32 = 0
  public var message: String = ""
  public var retryAfterMs: UInt64 = 0
  /// Type URLs and values of details.
  public var details: [String: Bytes] = [:]

  public init() {}

  public init(
    code: UInt32 = 0,
    message: String = "",
    retryAfterMs: UInt64 = 0,
    details: [String: Bytes] = [:]
  ) {
    self.code = code
    self.message = message
    self.retryAfterMs = retryAfterMs
    self.details = details
  }

  public static let messageName = "martlet.testing.v1.EchoFailure"

  public var description: String {
    var text = MessageDescription("EchoFailure")
    text.add("code", self.code)
    text.add("message", self.message)
    text.add("retryAfterMs", self.retryAfterMs)
    text.add("details", self.details)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Testing__V1__EchoFailure>.size,
    mapEntries: [
      "martlet.testing.v1.EchoFailure.DetailsEntry",
    ],
  ) {
    martlet__testing__v1__echo_failure__init($0.assumingMemoryBound(to: Martlet__Testing__V1__EchoFailure.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__EchoFailure.self)
    self.code = c.pointee.code
    self.message = Unpacked.text(c.pointee.message)
    self.retryAfterMs = c.pointee.retry_after_ms
    self.details = Unpacked.map(c.pointee.details, c.pointee.n_details) { entry in (Unpacked.text(entry.pointee.key), Unpacked.bytes(entry.pointee.value.data, entry.pointee.value.len)) }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__EchoFailure.self)
    martlet__testing__v1__echo_failure__init(c)
    c.pointee.code = self.code
    if !self.message.isEmpty {
      c.pointee.message = arena.text(self.message)
    }
    c.pointee.retry_after_ms = self.retryAfterMs
    if !self.details.isEmpty {
      c.pointee.n_details = self.details.count
      c.pointee.details = arena.entries(self.details, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Testing__V1__EchoFailure__DetailsEntry>, key, value) in
        martlet__testing__v1__echo_failure__details_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value.len = value.count
        entry.pointee.value.data = arena.bytes(value)
      }
    }
  }
}

public struct EchoResponse: CBackedMessage {
  public var text: String = ""
  public var values: [Float] = []
  public var payload: Bytes = Bytes()
  /// Counts the responses of a call from 0.
  public var index: UInt32 = 0
  /// Requests received so far in this call.
  public var requestCount: UInt32 = 0
  /// Payload bytes received so far in this call.
  public var requestPayloadBytes: UInt64 = 0
  /// What the handler saw of the call; only if asked for.
  public var call: EchoCall? = nil

  public init() {}

  public init(
    text: String = "",
    values: [Float] = [],
    payload: Bytes = Bytes(),
    index: UInt32 = 0,
    requestCount: UInt32 = 0,
    requestPayloadBytes: UInt64 = 0,
    call: EchoCall? = nil
  ) {
    self.text = text
    self.values = values
    self.payload = payload
    self.index = index
    self.requestCount = requestCount
    self.requestPayloadBytes = requestPayloadBytes
    self.call = call
  }

  public static let messageName = "martlet.testing.v1.EchoResponse"

  public var description: String {
    var text = MessageDescription("EchoResponse")
    text.add("text", self.text)
    text.add("values", self.values)
    text.add("payload", self.payload)
    text.add("index", self.index)
    text.add("requestCount", self.requestCount)
    text.add("requestPayloadBytes", self.requestPayloadBytes)
    text.add("call", self.call)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Testing__V1__EchoResponse>.size,
    slices: [
      .init("martlet.testing.v1.EchoResponse", 3),
    ],
  ) {
    martlet__testing__v1__echo_response__init($0.assumingMemoryBound(to: Martlet__Testing__V1__EchoResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__EchoResponse.self)
    self.text = Unpacked.text(c.pointee.text)
    self.values = Unpacked.fixedArray(c.pointee.values, c.pointee.n_values, source)
    self.payload = Unpacked.slice(c.pointee.payload.data, c.pointee.payload.len, source)
    self.index = c.pointee.index
    self.requestCount = c.pointee.request_count
    self.requestPayloadBytes = c.pointee.request_payload_bytes
    self.call = Unpacked.message(c.pointee.call, source) as EchoCall?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__EchoResponse.self)
    martlet__testing__v1__echo_response__init(c)
    if !self.text.isEmpty {
      c.pointee.text = arena.text(self.text)
    }
    if !self.values.isEmpty {
      c.pointee.n_values = self.values.count
      c.pointee.values = arena.fixedArray(self.values)
    }
    if !self.payload.isEmpty {
      c.pointee.payload.len = self.payload.count
      c.pointee.payload.data = arena.slice(self.payload)
    }
    c.pointee.index = self.index
    c.pointee.request_count = self.requestCount
    c.pointee.request_payload_bytes = self.requestPayloadBytes
    if let value = self.call {
      c.pointee.call = arena.message(value)
    }
  }
}

/// A call as its handler sees it.
public struct EchoCall: CBackedMessage {
  public var method: String = ""
  public var peerRole: String = ""
  public var account: String = ""
  public var keyID: String = ""
  public var trace: String = ""
  public var attempt: UInt32 = 0
  /// Time left when the handler started, in microseconds.
  public var timeoutUs: UInt64 = 0
  public var target: String = ""

  public init() {}

  public init(
    method: String = "",
    peerRole: String = "",
    account: String = "",
    keyID: String = "",
    trace: String = "",
    attempt: UInt32 = 0,
    timeoutUs: UInt64 = 0,
    target: String = ""
  ) {
    self.method = method
    self.peerRole = peerRole
    self.account = account
    self.keyID = keyID
    self.trace = trace
    self.attempt = attempt
    self.timeoutUs = timeoutUs
    self.target = target
  }

  public static let messageName = "martlet.testing.v1.EchoCall"

  public var description: String {
    var text = MessageDescription("EchoCall")
    text.add("method", self.method)
    text.add("peerRole", self.peerRole)
    text.add("account", self.account)
    text.add("keyID", self.keyID)
    text.add("trace", self.trace)
    text.add("attempt", self.attempt)
    text.add("timeoutUs", self.timeoutUs)
    text.add("target", self.target)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Testing__V1__EchoCall>.size,
  ) {
    martlet__testing__v1__echo_call__init($0.assumingMemoryBound(to: Martlet__Testing__V1__EchoCall.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__EchoCall.self)
    self.method = Unpacked.text(c.pointee.method)
    self.peerRole = Unpacked.text(c.pointee.peer_role)
    self.account = Unpacked.text(c.pointee.account)
    self.keyID = Unpacked.text(c.pointee.key_id)
    self.trace = Unpacked.text(c.pointee.trace)
    self.attempt = c.pointee.attempt
    self.timeoutUs = c.pointee.timeout_us
    self.target = Unpacked.text(c.pointee.target)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__EchoCall.self)
    martlet__testing__v1__echo_call__init(c)
    if !self.method.isEmpty {
      c.pointee.method = arena.text(self.method)
    }
    if !self.peerRole.isEmpty {
      c.pointee.peer_role = arena.text(self.peerRole)
    }
    if !self.account.isEmpty {
      c.pointee.account = arena.text(self.account)
    }
    if !self.keyID.isEmpty {
      c.pointee.key_id = arena.text(self.keyID)
    }
    if !self.trace.isEmpty {
      c.pointee.trace = arena.text(self.trace)
    }
    c.pointee.attempt = self.attempt
    c.pointee.timeout_us = self.timeoutUs
    if !self.target.isEmpty {
      c.pointee.target = arena.text(self.target)
    }
  }
}
