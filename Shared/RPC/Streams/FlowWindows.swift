/// Credit that the peer gave: how many `data` bytes this side may still send. May be negative
/// after a Hello that announced less than what was sent under the default.
public struct SendWindow: Sendable, Equatable {
  public private(set) var available: Int

  /// The most that a window may reach, in bytes; more is the peer's fault.
  public static let maximum = Int(Int32.max)

  public init(_ initial: Int) { available = initial }

  /// Less than this is not worth a frame, unless it is all that is left of a message: bytes of
  /// `data`. A window is 1024 at least and its receiver saves up at most half of it, so this much
  /// comes in time. Without it credit in crumbs is cut into smaller ones, and each costs both
  /// sides a frame.
  public static let smallestPieceBytes = 512

  /// What the next frame may carry of `wanted` bytes, with this credit of its stream,
  /// `connection`'s, and at most `most` bytes in one frame.
  func piece(of wanted: Int, connection: SendWindow, most: Int) -> Int {
    let granted = min(grant(wanted), connection.grant(wanted), most)
    return granted < min(wanted, SendWindow.smallestPieceBytes) ? 0 : granted
  }

  /// Too little for a piece of any size: somebody may wait for more.
  var isShort: Bool { available < SendWindow.smallestPieceBytes }

  /// As much of `wanted` as there is credit for.
  public func grant(_ wanted: Int) -> Int { max(0, min(wanted, available)) }

  public mutating func spend(_ count: Int) { available -= count }

  public mutating func add(_ credit: Int) throws(WireViolation) {
    guard credit > 0 else { throw .malformed("a Window with credit \(credit)") }
    guard available + credit <= SendWindow.maximum else {
      throw .malformed("credit above 2147483647")
    }
    available += credit
  }

  /// The peer's Hello changed the initial size by `delta`.
  public mutating func adjust(by delta: Int) { available += delta }
}

/// Credit that this side gave. What was received and is taken is given back in lumps of half the
/// window, so that credit costs few frames.
public struct ReceiveWindow: Sendable, Equatable {
  /// Bytes that the peer may still send.
  public private(set) var available: Int
  /// Bytes taken since the last credit frame.
  public private(set) var unannounced = 0
  private let lump: Int
  private let overdraft: Int

  /// - Parameter overdraft: bytes below zero that are no fault: a peer that has not read this
  ///   side's Hello yet sends under the default, which may be more than `initial`.
  public init(_ initial: Int, overdraft: Int = 0) {
    available = initial
    lump = max(1, initial / 2)
    self.overdraft = max(0, overdraft)
  }

  /// `count` bytes arrived. False when the peer had no credit for them.
  public mutating func receive(_ count: Int) -> Bool {
    available -= count
    return available >= -overdraft
  }

  /// `count` received bytes were taken. Answers the credit to send, 0 for none yet.
  public mutating func release(_ count: Int) -> UInt32 {
    unannounced += count
    guard unannounced >= lump else { return 0 }
    defer { unannounced = 0 }
    available += unannounced
    return UInt32(unannounced)
  }
}
