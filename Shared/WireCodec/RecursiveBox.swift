/// Holds a field whose type contains the message that the field belongs to.
public final class RecursiveBox<Value: Sendable & Equatable>: Sendable, Equatable {
  public let value: Value

  public init(_ value: Value) { self.value = value }

  public static func == (left: RecursiveBox, right: RecursiveBox) -> Bool {
    left === right || left.value == right.value
  }
}
