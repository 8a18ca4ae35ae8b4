/// What decoding one message may cost. The defaults are those of PROTOCOL.md.
public struct DecodeLimits: Sendable, Equatable {
  /// Messages inside messages; the outermost counts as 1.
  public var maximumDepth = 64
  /// Known fields over all messages inside; elements of packed lists and unknown fields are free.
  public var maximumFields = 65_536
  /// Memory for protobuf-c's structs: so many bytes for each byte on the wire, and a base…
  public var arenaBytesPerWireByte = 32
  public var arenaBaseBytes = 64 * 1024
  /// …but never more than this.
  public var maximumArenaBytes = 256 * 1024 * 1024

  public init() {}

  func arenaBudgetBytes(wireBytes: Int) -> Int {
    let (product, overflow) = wireBytes.multipliedReportingOverflow(by: arenaBytesPerWireByte)
    guard !overflow, product < maximumArenaBytes else { return maximumArenaBytes }
    return min(product + arenaBaseBytes, maximumArenaBytes)
  }
}
