// Generated from martlet/testing/v1/bench.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CTestProtocols
import Primitives
import WireCodec

/// Some numbers and some bytes.
public struct Sample: CBackedMessage {
  public var values: [Float] = []
  public var payload: Bytes = Bytes()

  public init() {}

  public init(
    values: [Float] = [],
    payload: Bytes = Bytes()
  ) {
    self.values = values
    self.payload = payload
  }

  public static let messageName = "martlet.testing.v1.Sample"

  public var description: String {
    var text = MessageDescription("Sample")
    text.add("values", self.values)
    text.add("payload", self.payload)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Testing__V1__Sample>.size,
    slices: [
      .init("martlet.testing.v1.Sample", 2),
    ],
  ) {
    martlet__testing__v1__sample__init($0.assumingMemoryBound(to: Martlet__Testing__V1__Sample.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Sample.self)
    self.values = Unpacked.fixedArray(c.pointee.values, c.pointee.n_values, source)
    self.payload = Unpacked.slice(c.pointee.payload.data, c.pointee.payload.len, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Testing__V1__Sample.self)
    martlet__testing__v1__sample__init(c)
    if !self.values.isEmpty {
      c.pointee.n_values = self.values.count
      c.pointee.values = arena.fixedArray(self.values)
    }
    if !self.payload.isEmpty {
      c.pointee.payload.len = self.payload.count
      c.pointee.payload.data = arena.slice(self.payload)
    }
  }
}
