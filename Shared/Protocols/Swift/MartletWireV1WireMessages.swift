// Generated from martlet/wire/v1/wire.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

/// One frame. Fields may come in any order; `data` last is the fast one.
public struct WireFrame: CBackedMessage {
  /// 0 is the connection; a client's streams are odd, rising and never used twice.
  public var streamID: UInt32 = 0
  public var kind: Kind?
  /// 1 = END_STREAM (half close), 2 = reserved for compression, 4 = MORE (the message continues in
  /// the next frame of this stream).
  public var flags: UInt32 = 0
  /// A message, or a piece of one.
  public var data: Bytes = Bytes()

  public enum Kind: Sendable, Equatable {
    case hello(WireHello)
    case begin(WireBegin)
    case head(WireHead)
    case end(WireEnd)
    case cancel(WireCancel)
    case window(WireWindow)
    case ping(WirePing)
    case goAway(WireGoAway)
  }

  public init() {}

  public init(
    streamID: UInt32 = 0,
    kind: Kind? = nil,
    flags: UInt32 = 0,
    data: Bytes = Bytes()
  ) {
    self.streamID = streamID
    self.kind = kind
    self.flags = flags
    self.data = data
  }

  public static let messageName = "martlet.wire.v1.Frame"

  public var description: String {
    var text = MessageDescription("WireFrame")
    text.add("streamID", self.streamID)
    switch self.kind {
    case .hello(let value)?: text.addChosen("hello", value)
    case .begin(let value)?: text.addChosen("begin", value)
    case .head(let value)?: text.addChosen("head", value)
    case .end(let value)?: text.addChosen("end", value)
    case .cancel(let value)?: text.addChosen("cancel", value)
    case .window(let value)?: text.addChosen("window", value)
    case .ping(let value)?: text.addChosen("ping", value)
    case .goAway(let value)?: text.addChosen("goAway", value)
    case nil: break
    }
    text.add("flags", self.flags)
    text.add("data", self.data)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Frame>.size,
  ) {
    martlet__wire__v1__frame__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Frame.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Frame.self)
    self.streamID = c.pointee.stream_id
    switch c.pointee.kind_case.rawValue {
    case 2:
      self.kind = (Unpacked.message(c.pointee.hello, source) as WireHello?).map { .hello($0) }
    case 3:
      self.kind = (Unpacked.message(c.pointee.begin, source) as WireBegin?).map { .begin($0) }
    case 4:
      self.kind = (Unpacked.message(c.pointee.head, source) as WireHead?).map { .head($0) }
    case 5:
      self.kind = (Unpacked.message(c.pointee.end, source) as WireEnd?).map { .end($0) }
    case 6:
      self.kind = (Unpacked.message(c.pointee.cancel, source) as WireCancel?).map { .cancel($0) }
    case 7:
      self.kind = (Unpacked.message(c.pointee.window, source) as WireWindow?).map { .window($0) }
    case 8:
      self.kind = (Unpacked.message(c.pointee.ping, source) as WirePing?).map { .ping($0) }
    case 9:
      self.kind = (Unpacked.message(c.pointee.go_away, source) as WireGoAway?).map { .goAway($0) }
    default: self.kind = nil
    }
    self.flags = c.pointee.flags
    self.data = Unpacked.bytes(c.pointee.data.data, c.pointee.data.len)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Frame.self)
    martlet__wire__v1__frame__init(c)
    c.pointee.stream_id = self.streamID
    switch self.kind {
    case .hello(let value)?:
      c.pointee.kind_case = .init(rawValue: 2)
      c.pointee.hello = arena.message(value)
    case .begin(let value)?:
      c.pointee.kind_case = .init(rawValue: 3)
      c.pointee.begin = arena.message(value)
    case .head(let value)?:
      c.pointee.kind_case = .init(rawValue: 4)
      c.pointee.head = arena.message(value)
    case .end(let value)?:
      c.pointee.kind_case = .init(rawValue: 5)
      c.pointee.end = arena.message(value)
    case .cancel(let value)?:
      c.pointee.kind_case = .init(rawValue: 6)
      c.pointee.cancel = arena.message(value)
    case .window(let value)?:
      c.pointee.kind_case = .init(rawValue: 7)
      c.pointee.window = arena.message(value)
    case .ping(let value)?:
      c.pointee.kind_case = .init(rawValue: 8)
      c.pointee.ping = arena.message(value)
    case .goAway(let value)?:
      c.pointee.kind_case = .init(rawValue: 9)
      c.pointee.go_away = arena.message(value)
    case nil: break
    }
    c.pointee.flags = self.flags
    if !self.data.isEmpty {
      c.pointee.data.len = self.data.count
      c.pointee.data.data = arena.bytes(self.data)
    }
  }
}

/// The first frame of both sides, on stream 0.
public struct WireHello: CBackedMessage {
  public var lowestVersion: UInt32 = 0
  public var highestVersion: UInt32 = 0
  /// The largest frame that the sender takes, in bytes without the length prefix.
  public var maxFrameBytes: UInt32 = 0
  public var maxMessageBytes: UInt64 = 0
  /// Streams that the peer may have open at once.
  public var maxStreams: UInt32 = 0
  /// Credit for `data` bytes that every new stream starts with.
  public var streamWindow: UInt32 = 0
  /// Credit for `data` bytes that the connection starts with.
  public var connectionWindow: UInt32 = 0
  public var features: [String] = []
  /// Name and version of the software, for people.
  public var agent: String = ""

  public init() {}

  public init(
    lowestVersion: UInt32 = 0,
    highestVersion: UInt32 = 0,
    maxFrameBytes: UInt32 = 0,
    maxMessageBytes: UInt64 = 0,
    maxStreams: UInt32 = 0,
    streamWindow: UInt32 = 0,
    connectionWindow: UInt32 = 0,
    features: [String] = [],
    agent: String = ""
  ) {
    self.lowestVersion = lowestVersion
    self.highestVersion = highestVersion
    self.maxFrameBytes = maxFrameBytes
    self.maxMessageBytes = maxMessageBytes
    self.maxStreams = maxStreams
    self.streamWindow = streamWindow
    self.connectionWindow = connectionWindow
    self.features = features
    self.agent = agent
  }

  public static let messageName = "martlet.wire.v1.Hello"

  public var description: String {
    var text = MessageDescription("WireHello")
    text.add("lowestVersion", self.lowestVersion)
    text.add("highestVersion", self.highestVersion)
    text.add("maxFrameBytes", self.maxFrameBytes)
    text.add("maxMessageBytes", self.maxMessageBytes)
    text.add("maxStreams", self.maxStreams)
    text.add("streamWindow", self.streamWindow)
    text.add("connectionWindow", self.connectionWindow)
    text.add("features", self.features)
    text.add("agent", self.agent)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Hello>.size,
  ) {
    martlet__wire__v1__hello__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Hello.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Hello.self)
    self.lowestVersion = c.pointee.lowest_version
    self.highestVersion = c.pointee.highest_version
    self.maxFrameBytes = c.pointee.max_frame_bytes
    self.maxMessageBytes = c.pointee.max_message_bytes
    self.maxStreams = c.pointee.max_streams
    self.streamWindow = c.pointee.stream_window
    self.connectionWindow = c.pointee.connection_window
    self.features = Unpacked.texts(c.pointee.features, c.pointee.n_features)
    self.agent = Unpacked.text(c.pointee.agent)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Hello.self)
    martlet__wire__v1__hello__init(c)
    c.pointee.lowest_version = self.lowestVersion
    c.pointee.highest_version = self.highestVersion
    c.pointee.max_frame_bytes = self.maxFrameBytes
    c.pointee.max_message_bytes = self.maxMessageBytes
    c.pointee.max_streams = self.maxStreams
    c.pointee.stream_window = self.streamWindow
    c.pointee.connection_window = self.connectionWindow
    if !self.features.isEmpty {
      c.pointee.n_features = self.features.count
      c.pointee.features = arena.texts(self.features)
    }
    if !self.agent.isEmpty {
      c.pointee.agent = arena.text(self.agent)
    }
  }
}

/// Opens a stream with a call.
public struct WireBegin: CBackedMessage {
  /// "/martlet.inference.v1.Inference/Predict"
  public var method: String = ""
  /// Time left for the call in microseconds; 0 = the server's default.
  public var timeoutUs: UInt64 = 0
  public var meta: [WireMeta] = []
  /// W3C traceparent.
  public var trace: String = ""
  /// 0 for the first try.
  public var attempt: UInt32 = 0
  /// "endpoints/NAME[/VARIANT]": what a forwarder routes by.
  public var target: String = ""
  /// The size of the request message; 0 = unknown. Used to refuse early, never to allocate.
  public var messageBytes: UInt64 = 0
  /// Set by the gateway, believed only from roles that may set it.
  public var principal: WirePrincipal? = nil

  public init() {}

  public init(
    method: String = "",
    timeoutUs: UInt64 = 0,
    meta: [WireMeta] = [],
    trace: String = "",
    attempt: UInt32 = 0,
    target: String = "",
    messageBytes: UInt64 = 0,
    principal: WirePrincipal? = nil
  ) {
    self.method = method
    self.timeoutUs = timeoutUs
    self.meta = meta
    self.trace = trace
    self.attempt = attempt
    self.target = target
    self.messageBytes = messageBytes
    self.principal = principal
  }

  public static let messageName = "martlet.wire.v1.Begin"

  public var description: String {
    var text = MessageDescription("WireBegin")
    text.add("method", self.method)
    text.add("timeoutUs", self.timeoutUs)
    text.add("meta", self.meta)
    text.add("trace", self.trace)
    text.add("attempt", self.attempt)
    text.add("target", self.target)
    text.add("messageBytes", self.messageBytes)
    text.add("principal", self.principal)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Begin>.size,
  ) {
    martlet__wire__v1__begin__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Begin.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Begin.self)
    self.method = Unpacked.text(c.pointee.method)
    self.timeoutUs = c.pointee.timeout_us
    self.meta = Unpacked.messages(c.pointee.meta, c.pointee.n_meta, source)
    self.trace = Unpacked.text(c.pointee.trace)
    self.attempt = c.pointee.attempt
    self.target = Unpacked.text(c.pointee.target)
    self.messageBytes = c.pointee.message_bytes
    self.principal = Unpacked.message(c.pointee.principal, source) as WirePrincipal?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Begin.self)
    martlet__wire__v1__begin__init(c)
    if !self.method.isEmpty {
      c.pointee.method = arena.text(self.method)
    }
    c.pointee.timeout_us = self.timeoutUs
    if !self.meta.isEmpty {
      c.pointee.n_meta = self.meta.count
      c.pointee.meta = arena.messages(self.meta)
    }
    if !self.trace.isEmpty {
      c.pointee.trace = arena.text(self.trace)
    }
    c.pointee.attempt = self.attempt
    if !self.target.isEmpty {
      c.pointee.target = arena.text(self.target)
    }
    c.pointee.message_bytes = self.messageBytes
    if let value = self.principal {
      c.pointee.principal = arena.message(value)
    }
  }
}

/// One pair of metadata. Keys are lower-case ASCII.
public struct WireMeta: CBackedMessage {
  public var key: String = ""
  public var value: Bytes = Bytes()

  public init() {}

  public init(
    key: String = "",
    value: Bytes = Bytes()
  ) {
    self.key = key
    self.value = value
  }

  public static let messageName = "martlet.wire.v1.Meta"

  public var description: String {
    var text = MessageDescription("WireMeta")
    text.add("key", self.key)
    text.add("value", self.value)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Meta>.size,
  ) {
    martlet__wire__v1__meta__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Meta.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Meta.self)
    self.key = Unpacked.text(c.pointee.key)
    self.value = Unpacked.bytes(c.pointee.value.data, c.pointee.value.len)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Meta.self)
    martlet__wire__v1__meta__init(c)
    if !self.key.isEmpty {
      c.pointee.key = arena.text(self.key)
    }
    if !self.value.isEmpty {
      c.pointee.value.len = self.value.count
      c.pointee.value.data = arena.bytes(self.value)
    }
  }
}

/// On whose behalf a call is made.
public struct WirePrincipal: CBackedMessage {
  public var account: String = ""
  public var keyID: String = ""

  public init() {}

  public init(
    account: String = "",
    keyID: String = ""
  ) {
    self.account = account
    self.keyID = keyID
  }

  public static let messageName = "martlet.wire.v1.Principal"

  public var description: String {
    var text = MessageDescription("WirePrincipal")
    text.add("account", self.account)
    text.add("keyID", self.keyID)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Principal>.size,
  ) {
    martlet__wire__v1__principal__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Principal.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Principal.self)
    self.account = Unpacked.text(c.pointee.account)
    self.keyID = Unpacked.text(c.pointee.key_id)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Principal.self)
    martlet__wire__v1__principal__init(c)
    if !self.account.isEmpty {
      c.pointee.account = arena.text(self.account)
    }
    if !self.keyID.isEmpty {
      c.pointee.key_id = arena.text(self.keyID)
    }
  }
}

/// Early metadata of a response; after it the call is committed.
public struct WireHead: CBackedMessage {
  public var meta: [WireMeta] = []

  public init() {}

  public init(
    meta: [WireMeta] = []
  ) {
    self.meta = meta
  }

  public static let messageName = "martlet.wire.v1.Head"

  public var description: String {
    var text = MessageDescription("WireHead")
    text.add("meta", self.meta)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Head>.size,
  ) {
    martlet__wire__v1__head__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Head.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Head.self)
    self.meta = Unpacked.messages(c.pointee.meta, c.pointee.n_meta, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Head.self)
    martlet__wire__v1__head__init(c)
    if !self.meta.isEmpty {
      c.pointee.n_meta = self.meta.count
      c.pointee.meta = arena.messages(self.meta)
    }
  }
}

/// The outcome of a call.
public struct WireEnd: CBackedMessage {
  public var status: WireStatus? = nil
  public var meta: [WireMeta] = []
  /// How long to wait before the next try, in milliseconds; 0 = says nothing.
  public var retryAfterMs: UInt64 = 0
  public var load: WireLoad? = nil
  /// The handler never ran, so the call may be tried elsewhere for free.
  public var notStarted: Bool = false

  public init() {}

  public init(
    status: WireStatus? = nil,
    meta: [WireMeta] = [],
    retryAfterMs: UInt64 = 0,
    load: WireLoad? = nil,
    notStarted: Bool = false
  ) {
    self.status = status
    self.meta = meta
    self.retryAfterMs = retryAfterMs
    self.load = load
    self.notStarted = notStarted
  }

  public static let messageName = "martlet.wire.v1.End"

  public var description: String {
    var text = MessageDescription("WireEnd")
    text.add("status", self.status)
    text.add("meta", self.meta)
    text.add("retryAfterMs", self.retryAfterMs)
    text.add("load", self.load)
    text.add("notStarted", self.notStarted)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__End>.size,
  ) {
    martlet__wire__v1__end__init($0.assumingMemoryBound(to: Martlet__Wire__V1__End.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__End.self)
    self.status = Unpacked.message(c.pointee.status, source) as WireStatus?
    self.meta = Unpacked.messages(c.pointee.meta, c.pointee.n_meta, source)
    self.retryAfterMs = c.pointee.retry_after_ms
    self.load = Unpacked.message(c.pointee.load, source) as WireLoad?
    self.notStarted = c.pointee.not_started != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__End.self)
    martlet__wire__v1__end__init(c)
    if let value = self.status {
      c.pointee.status = arena.message(value)
    }
    if !self.meta.isEmpty {
      c.pointee.n_meta = self.meta.count
      c.pointee.meta = arena.messages(self.meta)
    }
    c.pointee.retry_after_ms = self.retryAfterMs
    if let value = self.load {
      c.pointee.load = arena.message(value)
    }
    c.pointee.not_started = self.notStarted ? 1 : 0
  }
}

/// gRPC's status codes by number.
public struct WireStatus: CBackedMessage {
  public var code: UInt32 = 0
  /// For people.
  public var message: String = ""
  public var details: [WireDetail] = []

  public init() {}

  public init(
    code: UInt32 = 0,
    message: String = "",
    details: [WireDetail] = []
  ) {
    self.code = code
    self.message = message
    self.details = details
  }

  public static let messageName = "martlet.wire.v1.Status"

  public var description: String {
    var text = MessageDescription("WireStatus")
    text.add("code", self.code)
    text.add("message", self.message)
    text.add("details", self.details)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Status>.size,
  ) {
    martlet__wire__v1__status__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Status.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Status.self)
    self.code = c.pointee.code
    self.message = Unpacked.text(c.pointee.message)
    self.details = Unpacked.messages(c.pointee.details, c.pointee.n_details, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Status.self)
    martlet__wire__v1__status__init(c)
    c.pointee.code = self.code
    if !self.message.isEmpty {
      c.pointee.message = arena.text(self.message)
    }
    if !self.details.isEmpty {
      c.pointee.n_details = self.details.count
      c.pointee.details = arena.messages(self.details)
    }
  }
}

/// A message that says more about a status; `type_url` names its type.
public struct WireDetail: CBackedMessage {
  public var typeURL: String = ""
  public var value: Bytes = Bytes()

  public init() {}

  public init(
    typeURL: String = "",
    value: Bytes = Bytes()
  ) {
    self.typeURL = typeURL
    self.value = value
  }

  public static let messageName = "martlet.wire.v1.Detail"

  public var description: String {
    var text = MessageDescription("WireDetail")
    text.add("typeURL", self.typeURL)
    text.add("value", self.value)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Detail>.size,
  ) {
    martlet__wire__v1__detail__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Detail.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Detail.self)
    self.typeURL = Unpacked.text(c.pointee.type_url)
    self.value = Unpacked.bytes(c.pointee.value.data, c.pointee.value.len)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Detail.self)
    martlet__wire__v1__detail__init(c)
    if !self.typeURL.isEmpty {
      c.pointee.type_url = arena.text(self.typeURL)
    }
    if !self.value.isEmpty {
      c.pointee.value.len = self.value.count
      c.pointee.value.data = arena.bytes(self.value)
    }
  }
}

/// How busy the server is, for pickers.
public struct WireLoad: CBackedMessage {
  public var inFlight: UInt32 = 0
  public var latencyUs: UInt64 = 0
  /// Thousandths of what it can do.
  public var utilizationMilli: UInt32 = 0

  public init() {}

  public init(
    inFlight: UInt32 = 0,
    latencyUs: UInt64 = 0,
    utilizationMilli: UInt32 = 0
  ) {
    self.inFlight = inFlight
    self.latencyUs = latencyUs
    self.utilizationMilli = utilizationMilli
  }

  public static let messageName = "martlet.wire.v1.Load"

  public var description: String {
    var text = MessageDescription("WireLoad")
    text.add("inFlight", self.inFlight)
    text.add("latencyUs", self.latencyUs)
    text.add("utilizationMilli", self.utilizationMilli)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Load>.size,
  ) {
    martlet__wire__v1__load__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Load.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Load.self)
    self.inFlight = c.pointee.in_flight
    self.latencyUs = c.pointee.latency_us
    self.utilizationMilli = c.pointee.utilization_milli
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Load.self)
    martlet__wire__v1__load__init(c)
    c.pointee.in_flight = self.inFlight
    c.pointee.latency_us = self.latencyUs
    c.pointee.utilization_milli = self.utilizationMilli
  }
}

/// The sender no longer wants the stream.
public struct WireCancel: CBackedMessage {
  public var code: UInt32 = 0
  public var reason: String = ""

  public init() {}

  public init(
    code: UInt32 = 0,
    reason: String = ""
  ) {
    self.code = code
    self.reason = reason
  }

  public static let messageName = "martlet.wire.v1.Cancel"

  public var description: String {
    var text = MessageDescription("WireCancel")
    text.add("code", self.code)
    text.add("reason", self.reason)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Cancel>.size,
  ) {
    martlet__wire__v1__cancel__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Cancel.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Cancel.self)
    self.code = c.pointee.code
    self.reason = Unpacked.text(c.pointee.reason)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Cancel.self)
    martlet__wire__v1__cancel__init(c)
    c.pointee.code = self.code
    if !self.reason.isEmpty {
      c.pointee.reason = arena.text(self.reason)
    }
  }
}

/// More credit: on stream 0 for the connection, else for the stream.
public struct WireWindow: CBackedMessage {
  public var credit: UInt32 = 0

  public init() {}

  public init(
    credit: UInt32 = 0
  ) {
    self.credit = credit
  }

  public static let messageName = "martlet.wire.v1.Window"

  public var description: String {
    var text = MessageDescription("WireWindow")
    text.add("credit", self.credit)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Window>.size,
  ) {
    martlet__wire__v1__window__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Window.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Window.self)
    self.credit = c.pointee.credit
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Window.self)
    martlet__wire__v1__window__init(c)
    c.pointee.credit = self.credit
  }
}

/// Answered with the same `opaque` and `ack` set.
public struct WirePing: CBackedMessage {
  public var opaque: UInt64 = 0
  public var ack: Bool = false

  public init() {}

  public init(
    opaque: UInt64 = 0,
    ack: Bool = false
  ) {
    self.opaque = opaque
    self.ack = ack
  }

  public static let messageName = "martlet.wire.v1.Ping"

  public var description: String {
    var text = MessageDescription("WirePing")
    text.add("opaque", self.opaque)
    text.add("ack", self.ack)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__Ping>.size,
  ) {
    martlet__wire__v1__ping__init($0.assumingMemoryBound(to: Martlet__Wire__V1__Ping.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Ping.self)
    self.opaque = c.pointee.opaque
    self.ack = c.pointee.ack != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__Ping.self)
    martlet__wire__v1__ping__init(c)
    c.pointee.opaque = self.opaque
    c.pointee.ack = self.ack ? 1 : 0
  }
}

/// The sender takes no streams above `last_stream_id` and will close.
public struct WireGoAway: CBackedMessage {
  public var lastStreamID: UInt32 = 0
  public var status: WireStatus? = nil
  public var graceMs: UInt32 = 0

  public init() {}

  public init(
    lastStreamID: UInt32 = 0,
    status: WireStatus? = nil,
    graceMs: UInt32 = 0
  ) {
    self.lastStreamID = lastStreamID
    self.status = status
    self.graceMs = graceMs
  }

  public static let messageName = "martlet.wire.v1.GoAway"

  public var description: String {
    var text = MessageDescription("WireGoAway")
    text.add("lastStreamID", self.lastStreamID)
    text.add("status", self.status)
    text.add("graceMs", self.graceMs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Wire__V1__GoAway>.size,
  ) {
    martlet__wire__v1__go_away__init($0.assumingMemoryBound(to: Martlet__Wire__V1__GoAway.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__GoAway.self)
    self.lastStreamID = c.pointee.last_stream_id
    self.status = Unpacked.message(c.pointee.status, source) as WireStatus?
    self.graceMs = c.pointee.grace_ms
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Wire__V1__GoAway.self)
    martlet__wire__v1__go_away__init(c)
    c.pointee.last_stream_id = self.lastStreamID
    if let value = self.status {
      c.pointee.status = arena.message(value)
    }
    c.pointee.grace_ms = self.graceMs
  }
}
