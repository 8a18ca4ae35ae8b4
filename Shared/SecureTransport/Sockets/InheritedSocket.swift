import Glibc

/// A listening socket that the service manager opened and passed on (systemd's protocol:
/// LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES; the descriptors begin at 3).
public struct InheritedSocket: Sendable, Hashable {
  public let descriptor: CInt
  /// The name from the socket unit's `FileDescriptorName=`; empty when none was given.
  public let name: String

  public init(descriptor: CInt, name: String = "") {
    self.descriptor = descriptor
    self.name = name
  }

  /// More than a unit ever passes: a wrong number must not make us walk the descriptor table.
  static let limitCount = 256
  static let firstDescriptor: CInt = 3

  /// The sockets that were meant for this process, from `environment` (name → value); empty when
  /// there are none or they were meant for another process. The descriptors are marked to be
  /// closed in child processes. Call it once, early, before descriptors are opened or closed.
  public static func all(
    environment: [String: String],
    processID: CInt = getpid()
  ) -> [InheritedSocket] {
    guard let pid = environment["LISTEN_PID"].flatMap({ CInt($0) }), pid == processID,
      let count = environment["LISTEN_FDS"].flatMap({ Int($0) }), (1...limitCount).contains(count)
    else { return [] }
    let names = environment["LISTEN_FDNAMES"].map {
      $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    }
    return (0..<count).compactMap { index in
      let descriptor = firstDescriptor + CInt(index)
      guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { return nil }
      return InheritedSocket(
        descriptor: descriptor,
        name: names.flatMap { index < $0.count ? $0[index] : nil } ?? ""
      )
    }
  }
}
