// Generated from grpc/testing/messages.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CTestProtocols
import Primitives
import WireCodec

public enum InteropPayloadType: WireEnum {
  /// Compressable text format.
  case compressable
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .compressable }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .compressable
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .compressable: 0
    case .unrecognized(let number): number
    }
  }
}

/// A wrapper whose absence can be told from false.
public struct InteropBoolValue: CBackedMessage {
  public var value: Bool = false

  public init() {}

  public init(
    value: Bool = false
  ) {
    self.value = value
  }

  public static let messageName = "grpc.testing.BoolValue"

  public var description: String {
    var text = MessageDescription("InteropBoolValue")
    text.add("value", self.value)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Testing__BoolValue>.size,
  ) {
    grpc__testing__bool_value__init($0.assumingMemoryBound(to: Grpc__Testing__BoolValue.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__BoolValue.self)
    self.value = c.pointee.value != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__BoolValue.self)
    grpc__testing__bool_value__init(c)
    c.pointee.value = self.value ? 1 : 0
  }
}

/// A block of data to make a message larger.
public struct InteropPayload: CBackedMessage {
  public var type: InteropPayloadType = InteropPayloadType()
  public var body: Bytes = Bytes()

  public init() {}

  public init(
    type: InteropPayloadType = InteropPayloadType(),
    body: Bytes = Bytes()
  ) {
    self.type = type
    self.body = body
  }

  public static let messageName = "grpc.testing.Payload"

  public var description: String {
    var text = MessageDescription("InteropPayload")
    text.add("type", self.type)
    text.add("body", self.body)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Testing__Payload>.size,
    slices: [
      .init("grpc.testing.Payload", 2),
    ],
  ) {
    grpc__testing__payload__init($0.assumingMemoryBound(to: Grpc__Testing__Payload.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__Payload.self)
    self.type = InteropPayloadType(rawValue: Int32(truncatingIfNeeded: c.pointee.type.rawValue))
    self.body = Unpacked.slice(c.pointee.body.data, c.pointee.body.len, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__Payload.self)
    grpc__testing__payload__init(c)
    c.pointee.type = .init(rawValue: .init(truncatingIfNeeded: self.type.rawValue))
    if !self.body.isEmpty {
      c.pointee.body.len = self.body.count
      c.pointee.body.data = arena.slice(self.body)
    }
  }
}

/// The status that a client asks the server to end with.
public struct InteropEchoStatus: CBackedMessage {
  public var code: Int32 = 0
  public var message: String = ""

  public init() {}

  public init(
    code: Int32 = 0,
    message: String = ""
  ) {
    self.code = code
    self.message = message
  }

  public static let messageName = "grpc.testing.EchoStatus"

  public var description: String {
    var text = MessageDescription("InteropEchoStatus")
    text.add("code", self.code)
    text.add("message", self.message)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Testing__EchoStatus>.size,
  ) {
    grpc__testing__echo_status__init($0.assumingMemoryBound(to: Grpc__Testing__EchoStatus.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__EchoStatus.self)
    self.code = c.pointee.code
    self.message = Unpacked.text(c.pointee.message)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__EchoStatus.self)
    grpc__testing__echo_status__init(c)
    c.pointee.code = self.code
    if !self.message.isEmpty {
      c.pointee.message = arena.text(self.message)
    }
  }
}

public struct InteropSimpleRequest: CBackedMessage {
  public var responseType: InteropPayloadType = InteropPayloadType()
  /// The size of the payload that the response should have.
  public var responseSize: Int32 = 0
  public var payload: InteropPayload? = nil
  public var fillUsername: Bool = false
  public var fillOauthScope: Bool = false
  public var responseCompressed: InteropBoolValue? = nil
  public var responseStatus: InteropEchoStatus? = nil
  public var expectCompressed: InteropBoolValue? = nil

  public init() {}

  public init(
    responseType: InteropPayloadType = InteropPayloadType(),
    responseSize: Int32 = 0,
    payload: InteropPayload? = nil,
    fillUsername: Bool = false,
    fillOauthScope: Bool = false,
    responseCompressed: InteropBoolValue? = nil,
    responseStatus: InteropEchoStatus? = nil,
    expectCompressed: InteropBoolValue? = nil
  ) {
    self.responseType = responseType
    self.responseSize = responseSize
    self.payload = payload
    self.fillUsername = fillUsername
    self.fillOauthScope = fillOauthScope
    self.responseCompressed = responseCompressed
    self.responseStatus = responseStatus
    self.expectCompressed = expectCompressed
  }

  public static let messageName = "grpc.testing.SimpleRequest"

  public var description: String {
    var text = MessageDescription("InteropSimpleRequest")
    text.add("responseType", self.responseType)
    text.add("responseSize", self.responseSize)
    text.add("payload", self.payload)
    text.add("fillUsername", self.fillUsername)
    text.add("fillOauthScope", self.fillOauthScope)
    text.add("responseCompressed", self.responseCompressed)
    text.add("responseStatus", self.responseStatus)
    text.add("expectCompressed", self.expectCompressed)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Testing__SimpleRequest>.size,
    slices: [
      .init("grpc.testing.Payload", 2),
    ],
  ) {
    grpc__testing__simple_request__init($0.assumingMemoryBound(to: Grpc__Testing__SimpleRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__SimpleRequest.self)
    self.responseType = InteropPayloadType(rawValue: Int32(truncatingIfNeeded: c.pointee.response_type.rawValue))
    self.responseSize = c.pointee.response_size
    self.payload = Unpacked.message(c.pointee.payload, source) as InteropPayload?
    self.fillUsername = c.pointee.fill_username != 0
    self.fillOauthScope = c.pointee.fill_oauth_scope != 0
    self.responseCompressed = Unpacked.message(c.pointee.response_compressed, source) as InteropBoolValue?
    self.responseStatus = Unpacked.message(c.pointee.response_status, source) as InteropEchoStatus?
    self.expectCompressed = Unpacked.message(c.pointee.expect_compressed, source) as InteropBoolValue?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__SimpleRequest.self)
    grpc__testing__simple_request__init(c)
    c.pointee.response_type = .init(rawValue: .init(truncatingIfNeeded: self.responseType.rawValue))
    c.pointee.response_size = self.responseSize
    if let value = self.payload {
      c.pointee.payload = arena.message(value)
    }
    c.pointee.fill_username = self.fillUsername ? 1 : 0
    c.pointee.fill_oauth_scope = self.fillOauthScope ? 1 : 0
    if let value = self.responseCompressed {
      c.pointee.response_compressed = arena.message(value)
    }
    if let value = self.responseStatus {
      c.pointee.response_status = arena.message(value)
    }
    if let value = self.expectCompressed {
      c.pointee.expect_compressed = arena.message(value)
    }
  }
}

public struct InteropSimpleResponse: CBackedMessage {
  public var payload: InteropPayload? = nil
  public var username: String = ""
  public var oauthScope: String = ""

  public init() {}

  public init(
    payload: InteropPayload? = nil,
    username: String = "",
    oauthScope: String = ""
  ) {
    self.payload = payload
    self.username = username
    self.oauthScope = oauthScope
  }

  public static let messageName = "grpc.testing.SimpleResponse"

  public var description: String {
    var text = MessageDescription("InteropSimpleResponse")
    text.add("payload", self.payload)
    text.add("username", self.username)
    text.add("oauthScope", self.oauthScope)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Testing__SimpleResponse>.size,
    slices: [
      .init("grpc.testing.Payload", 2),
    ],
  ) {
    grpc__testing__simple_response__init($0.assumingMemoryBound(to: Grpc__Testing__SimpleResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__SimpleResponse.self)
    self.payload = Unpacked.message(c.pointee.payload, source) as InteropPayload?
    self.username = Unpacked.text(c.pointee.username)
    self.oauthScope = Unpacked.text(c.pointee.oauth_scope)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__SimpleResponse.self)
    grpc__testing__simple_response__init(c)
    if let value = self.payload {
      c.pointee.payload = arena.message(value)
    }
    if !self.username.isEmpty {
      c.pointee.username = arena.text(self.username)
    }
    if !self.oauthScope.isEmpty {
      c.pointee.oauth_scope = arena.text(self.oauthScope)
    }
  }
}

public struct InteropStreamingInputCallRequest: CBackedMessage {
  public var payload: InteropPayload? = nil
  public var expectCompressed: InteropBoolValue? = nil

  public init() {}

  public init(
    payload: InteropPayload? = nil,
    expectCompressed: InteropBoolValue? = nil
  ) {
    self.payload = payload
    self.expectCompressed = expectCompressed
  }

  public static let messageName = "grpc.testing.StreamingInputCallRequest"

  public var description: String {
    var text = MessageDescription("InteropStreamingInputCallRequest")
    text.add("payload", self.payload)
    text.add("expectCompressed", self.expectCompressed)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Testing__StreamingInputCallRequest>.size,
    slices: [
      .init("grpc.testing.Payload", 2),
    ],
  ) {
    grpc__testing__streaming_input_call_request__init($0.assumingMemoryBound(to: Grpc__Testing__StreamingInputCallRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__StreamingInputCallRequest.self)
    self.payload = Unpacked.message(c.pointee.payload, source) as InteropPayload?
    self.expectCompressed = Unpacked.message(c.pointee.expect_compressed, source) as InteropBoolValue?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__StreamingInputCallRequest.self)
    grpc__testing__streaming_input_call_request__init(c)
    if let value = self.payload {
      c.pointee.payload = arena.message(value)
    }
    if let value = self.expectCompressed {
      c.pointee.expect_compressed = arena.message(value)
    }
  }
}

public struct InteropStreamingInputCallResponse: CBackedMessage {
  /// The sum of the payload sizes received.
  public var aggregatedPayloadSize: Int32 = 0

  public init() {}

  public init(
    aggregatedPayloadSize: Int32 = 0
  ) {
    self.aggregatedPayloadSize = aggregatedPayloadSize
  }

  public static let messageName = "grpc.testing.StreamingInputCallResponse"

  public var description: String {
    var text = MessageDescription("InteropStreamingInputCallResponse")
    text.add("aggregatedPayloadSize", self.aggregatedPayloadSize)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Testing__StreamingInputCallResponse>.size,
  ) {
    grpc__testing__streaming_input_call_response__init($0.assumingMemoryBound(to: Grpc__Testing__StreamingInputCallResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__StreamingInputCallResponse.self)
    self.aggregatedPayloadSize = c.pointee.aggregated_payload_size
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__StreamingInputCallResponse.self)
    grpc__testing__streaming_input_call_response__init(c)
    c.pointee.aggregated_payload_size = self.aggregatedPayloadSize
  }
}

public struct InteropResponseParameters: CBackedMessage {
  /// The size of the payload that this response should have.
  public var size: Int32 = 0
  /// How long to wait before this response, in microseconds.
  public var intervalUs: Int32 = 0
  public var compressed: InteropBoolValue? = nil

  public init() {}

  public init(
    size: Int32 = 0,
    intervalUs: Int32 = 0,
    compressed: InteropBoolValue? = nil
  ) {
    self.size = size
    self.intervalUs = intervalUs
    self.compressed = compressed
  }

  public static let messageName = "grpc.testing.ResponseParameters"

  public var description: String {
    var text = MessageDescription("InteropResponseParameters")
    text.add("size", self.size)
    text.add("intervalUs", self.intervalUs)
    text.add("compressed", self.compressed)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Testing__ResponseParameters>.size,
  ) {
    grpc__testing__response_parameters__init($0.assumingMemoryBound(to: Grpc__Testing__ResponseParameters.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__ResponseParameters.self)
    self.size = c.pointee.size
    self.intervalUs = c.pointee.interval_us
    self.compressed = Unpacked.message(c.pointee.compressed, source) as InteropBoolValue?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__ResponseParameters.self)
    grpc__testing__response_parameters__init(c)
    c.pointee.size = self.size
    c.pointee.interval_us = self.intervalUs
    if let value = self.compressed {
      c.pointee.compressed = arena.message(value)
    }
  }
}

public struct InteropStreamingOutputCallRequest: CBackedMessage {
  public var responseType: InteropPayloadType = InteropPayloadType()
  public var responseParameters: [InteropResponseParameters] = []
  public var payload: InteropPayload? = nil
  public var responseStatus: InteropEchoStatus? = nil

  public init() {}

  public init(
    responseType: InteropPayloadType = InteropPayloadType(),
    responseParameters: [InteropResponseParameters] = [],
    payload: InteropPayload? = nil,
    responseStatus: InteropEchoStatus? = nil
  ) {
    self.responseType = responseType
    self.responseParameters = responseParameters
    self.payload = payload
    self.responseStatus = responseStatus
  }

  public static let messageName = "grpc.testing.StreamingOutputCallRequest"

  public var description: String {
    var text = MessageDescription("InteropStreamingOutputCallRequest")
    text.add("responseType", self.responseType)
    text.add("responseParameters", self.responseParameters)
    text.add("payload", self.payload)
    text.add("responseStatus", self.responseStatus)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Testing__StreamingOutputCallRequest>.size,
    slices: [
      .init("grpc.testing.Payload", 2),
    ],
  ) {
    grpc__testing__streaming_output_call_request__init($0.assumingMemoryBound(to: Grpc__Testing__StreamingOutputCallRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__StreamingOutputCallRequest.self)
    self.responseType = InteropPayloadType(rawValue: Int32(truncatingIfNeeded: c.pointee.response_type.rawValue))
    self.responseParameters = Unpacked.messages(c.pointee.response_parameters, c.pointee.n_response_parameters, source)
    self.payload = Unpacked.message(c.pointee.payload, source) as InteropPayload?
    self.responseStatus = Unpacked.message(c.pointee.response_status, source) as InteropEchoStatus?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__StreamingOutputCallRequest.self)
    grpc__testing__streaming_output_call_request__init(c)
    c.pointee.response_type = .init(rawValue: .init(truncatingIfNeeded: self.responseType.rawValue))
    if !self.responseParameters.isEmpty {
      c.pointee.n_response_parameters = self.responseParameters.count
      c.pointee.response_parameters = arena.messages(self.responseParameters)
    }
    if let value = self.payload {
      c.pointee.payload = arena.message(value)
    }
    if let value = self.responseStatus {
      c.pointee.response_status = arena.message(value)
    }
  }
}

public struct InteropStreamingOutputCallResponse: CBackedMessage {
  public var payload: InteropPayload? = nil

  public init() {}

  public init(
    payload: InteropPayload? = nil
  ) {
    self.payload = payload
  }

  public static let messageName = "grpc.testing.StreamingOutputCallResponse"

  public var description: String {
    var text = MessageDescription("InteropStreamingOutputCallResponse")
    text.add("payload", self.payload)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Testing__StreamingOutputCallResponse>.size,
    slices: [
      .init("grpc.testing.Payload", 2),
    ],
  ) {
    grpc__testing__streaming_output_call_response__init($0.assumingMemoryBound(to: Grpc__Testing__StreamingOutputCallResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__StreamingOutputCallResponse.self)
    self.payload = Unpacked.message(c.pointee.payload, source) as InteropPayload?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__StreamingOutputCallResponse.self)
    grpc__testing__streaming_output_call_response__init(c)
    if let value = self.payload {
      c.pointee.payload = arena.message(value)
    }
  }
}
