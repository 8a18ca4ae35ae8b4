// Generated from martlet/inference/v1/worker.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

public struct LoadModelRequest: CBackedMessage {
  public var format: ModelFormat = ModelFormat()
  /// On this host; its digest was checked.
  public var entryPath: String = ""
  /// Threads of the engine; 0 = the engine's own choice.
  public var threadCount: UInt32 = 0
  /// What the manifest says, where it does: an engine may know a tensor by several names, and then
  /// takes these.
  public var expected: Signature? = nil

  public init() {}

  public init(
    format: ModelFormat = ModelFormat(),
    entryPath: String = "",
    threadCount: UInt32 = 0,
    expected: Signature? = nil
  ) {
    self.format = format
    self.entryPath = entryPath
    self.threadCount = threadCount
    self.expected = expected
  }

  public static let messageName = "martlet.inference.v1.LoadModelRequest"

  public var description: String {
    var text = MessageDescription("LoadModelRequest")
    text.add("format", self.format)
    text.add("entryPath", self.entryPath)
    text.add("threadCount", self.threadCount)
    text.add("expected", self.expected)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__LoadModelRequest>.size,
  ) {
    martlet__inference__v1__load_model_request__init($0.assumingMemoryBound(to: Martlet__Inference__V1__LoadModelRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__LoadModelRequest.self)
    self.format = ModelFormat(rawValue: Int32(truncatingIfNeeded: c.pointee.format.rawValue))
    self.entryPath = Unpacked.text(c.pointee.entry_path)
    self.threadCount = c.pointee.thread_count
    self.expected = Unpacked.message(c.pointee.expected, source) as Signature?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__LoadModelRequest.self)
    martlet__inference__v1__load_model_request__init(c)
    c.pointee.format = .init(rawValue: .init(truncatingIfNeeded: self.format.rawValue))
    if !self.entryPath.isEmpty {
      c.pointee.entry_path = arena.text(self.entryPath)
    }
    c.pointee.thread_count = self.threadCount
    if let value = self.expected {
      c.pointee.expected = arena.message(value)
    }
  }
}

public struct LoadModelResponse: CBackedMessage {
  public var signature: Signature? = nil
  /// With its version.
  public var engine: String = ""

  public init() {}

  public init(
    signature: Signature? = nil,
    engine: String = ""
  ) {
    self.signature = signature
    self.engine = engine
  }

  public static let messageName = "martlet.inference.v1.LoadModelResponse"

  public var description: String {
    var text = MessageDescription("LoadModelResponse")
    text.add("signature", self.signature)
    text.add("engine", self.engine)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__LoadModelResponse>.size,
  ) {
    martlet__inference__v1__load_model_response__init($0.assumingMemoryBound(to: Martlet__Inference__V1__LoadModelResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__LoadModelResponse.self)
    self.signature = Unpacked.message(c.pointee.signature, source) as Signature?
    self.engine = Unpacked.text(c.pointee.engine)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__LoadModelResponse.self)
    martlet__inference__v1__load_model_response__init(c)
    if let value = self.signature {
      c.pointee.signature = arena.message(value)
    }
    if !self.engine.isEmpty {
      c.pointee.engine = arena.text(self.engine)
    }
  }
}

public struct InferRequest: CBackedMessage {
  public var inputs: [Tensor] = []
  /// Empty = all.
  public var outputs: [String] = []

  public init() {}

  public init(
    inputs: [Tensor] = [],
    outputs: [String] = []
  ) {
    self.inputs = inputs
    self.outputs = outputs
  }

  public static let messageName = "martlet.inference.v1.InferRequest"

  public var description: String {
    var text = MessageDescription("InferRequest")
    text.add("inputs", self.inputs)
    text.add("outputs", self.outputs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__InferRequest>.size,
    slices: [
      .init("martlet.tensors.v1.Tensor", 4),
    ],
  ) {
    martlet__inference__v1__infer_request__init($0.assumingMemoryBound(to: Martlet__Inference__V1__InferRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__InferRequest.self)
    self.inputs = Unpacked.messages(c.pointee.inputs, c.pointee.n_inputs, source)
    self.outputs = Unpacked.texts(c.pointee.outputs, c.pointee.n_outputs)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__InferRequest.self)
    martlet__inference__v1__infer_request__init(c)
    if !self.inputs.isEmpty {
      c.pointee.n_inputs = self.inputs.count
      c.pointee.inputs = arena.messages(self.inputs)
    }
    if !self.outputs.isEmpty {
      c.pointee.n_outputs = self.outputs.count
      c.pointee.outputs = arena.texts(self.outputs)
    }
  }
}

public struct InferResponse: CBackedMessage {
  public var outputs: [Tensor] = []
  /// Inside the engine.
  public var inferUs: UInt64 = 0

  public init() {}

  public init(
    outputs: [Tensor] = [],
    inferUs: UInt64 = 0
  ) {
    self.outputs = outputs
    self.inferUs = inferUs
  }

  public static let messageName = "martlet.inference.v1.InferResponse"

  public var description: String {
    var text = MessageDescription("InferResponse")
    text.add("outputs", self.outputs)
    text.add("inferUs", self.inferUs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__InferResponse>.size,
    slices: [
      .init("martlet.tensors.v1.Tensor", 4),
    ],
  ) {
    martlet__inference__v1__infer_response__init($0.assumingMemoryBound(to: Martlet__Inference__V1__InferResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__InferResponse.self)
    self.outputs = Unpacked.messages(c.pointee.outputs, c.pointee.n_outputs, source)
    self.inferUs = c.pointee.infer_us
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__InferResponse.self)
    martlet__inference__v1__infer_response__init(c)
    if !self.outputs.isEmpty {
      c.pointee.n_outputs = self.outputs.count
      c.pointee.outputs = arena.messages(self.outputs)
    }
    c.pointee.infer_us = self.inferUs
  }
}

/// A detail of Infer's failures: what the engine said, for operators. It may hold paths and other
/// inner things, so the host logs it and passes it on to nobody.
public struct EngineFailure: CBackedMessage {
  public var reason: String = ""

  public init() {}

  public init(
    reason: String = ""
  ) {
    self.reason = reason
  }

  public static let messageName = "martlet.inference.v1.EngineFailure"

  public var description: String {
    var text = MessageDescription("EngineFailure")
    text.add("reason", self.reason)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__EngineFailure>.size,
  ) {
    martlet__inference__v1__engine_failure__init($0.assumingMemoryBound(to: Martlet__Inference__V1__EngineFailure.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__EngineFailure.self)
    self.reason = Unpacked.text(c.pointee.reason)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__EngineFailure.self)
    martlet__inference__v1__engine_failure__init(c)
    if !self.reason.isEmpty {
      c.pointee.reason = arena.text(self.reason)
    }
  }
}

public struct DescribeWorkRequest: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.inference.v1.DescribeWorkRequest"

  public var description: String {
    let text = MessageDescription("DescribeWorkRequest")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__DescribeWorkRequest>.size,
  ) {
    martlet__inference__v1__describe_work_request__init($0.assumingMemoryBound(to: Martlet__Inference__V1__DescribeWorkRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__DescribeWorkRequest.self)
    martlet__inference__v1__describe_work_request__init(c)
  }
}

public struct DescribeWorkResponse: CBackedMessage {
  /// Inferences in the engine; those that wait for it do not count.
  public var runningCount: UInt32 = 0
  /// How long the first of them has been going on behind its call's deadline; 0 = it is not behind.
  /// The time before it was the first does not count: it may have waited for another one.
  public var behindUs: UInt64 = 0

  public init() {}

  public init(
    runningCount: UInt32 = 0,
    behindUs: UInt64 = 0
  ) {
    self.runningCount = runningCount
    self.behindUs = behindUs
  }

  public static let messageName = "martlet.inference.v1.DescribeWorkResponse"

  public var description: String {
    var text = MessageDescription("DescribeWorkResponse")
    text.add("runningCount", self.runningCount)
    text.add("behindUs", self.behindUs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Inference__V1__DescribeWorkResponse>.size,
  ) {
    martlet__inference__v1__describe_work_response__init($0.assumingMemoryBound(to: Martlet__Inference__V1__DescribeWorkResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__DescribeWorkResponse.self)
    self.runningCount = c.pointee.running_count
    self.behindUs = c.pointee.behind_us
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Inference__V1__DescribeWorkResponse.self)
    martlet__inference__v1__describe_work_response__init(c)
    c.pointee.running_count = self.runningCount
    c.pointee.behind_us = self.behindUs
  }
}
