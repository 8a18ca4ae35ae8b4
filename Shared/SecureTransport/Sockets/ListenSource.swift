import Transport

/// Where a listener's socket comes from.
public enum ListenSource: Sendable, Hashable, CustomStringConvertible {
  /// A socket of our own; port 0 lets the system pick one.
  case address(TransportAddress)
  /// A listening socket that this process inherited; the listener owns it from `start` on.
  case inherited(InheritedSocket)

  public var description: String {
    switch self {
    case .address(let address): address.description
    case .inherited(let socket):
      "inherited socket \(socket.descriptor)" + (socket.name.isEmpty ? "" : " (\(socket.name))")
    }
  }
}

/// A listener could not start. The message names the address and what is wrong.
public struct ListenError: Error, CustomStringConvertible {
  public let source: ListenSource
  public let problem: String
  public var description: String { "cannot listen on \(source): \(problem)" }
}
