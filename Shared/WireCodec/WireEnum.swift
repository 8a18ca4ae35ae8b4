/// A proto enum: its known values, and `unrecognized` for numbers that a newer peer sent.
public protocol WireEnum: Sendable, Hashable {
  /// The first value, which is the default.
  init()
  /// The value with this number; `unrecognized` when it has no name here.
  init(rawValue: Int32)
  var rawValue: Int32 { get }
}
