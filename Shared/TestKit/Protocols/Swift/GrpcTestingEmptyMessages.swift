// Generated from grpc/testing/empty.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CTestProtocols
import Primitives
import WireCodec

/// An empty message that services can use as a placeholder.
public struct InteropEmpty: CBackedMessage {
  public init() {}

  public static let messageName = "grpc.testing.Empty"

  public var description: String {
    let text = MessageDescription("InteropEmpty")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Testing__Empty>.size,
  ) {
    grpc__testing__empty__init($0.assumingMemoryBound(to: Grpc__Testing__Empty.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Testing__Empty.self)
    grpc__testing__empty__init(c)
  }
}
