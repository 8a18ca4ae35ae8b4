/// Tells whether a peer that says nothing lives all the same: on a slow way a ping and its answer
/// wait behind data for longer than a keepalive does.
///
/// A socket that was full takes more only when the other side has taken something.
struct SendingProgress {
  /// Bytes handed to the channel since it opened.
  var sentBytes = 0
  private var takenBytes = 0
  private var wasFull = false

  /// Asked at each tick. True when the socket was full at the last one and has taken bytes since.
  mutating func isMade(pendingBytes: Int) -> Bool {
    let taken = sentBytes - pendingBytes
    defer {
      takenBytes = taken
      wasFull = pendingBytes > 0
    }
    return wasFull && taken > takenBytes
  }
}
