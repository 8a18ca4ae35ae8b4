/// What every side of the wire must do: named cases, each a conversation of our own client with
/// the example services behind whatever transport a test has put between them.
///
/// A case throws `ContractFailure` (or the call's own error) when the contract is broken. All calls
/// of a case carry a deadline, so that a hang fails.
public struct WireContract: Sendable {
  /// One rule of the contract.
  public struct Case: Sendable, CustomStringConvertible {
    /// gRPC's name for its interop cases, a sentence for our own.
    public let name: String
    public let run: @Sendable (ContractServer) async throws -> Void

    init(_ name: String, _ run: @escaping @Sendable (ContractServer) async throws -> Void) {
      self.name = name
      self.run = run
    }

    public var description: String { name }
  }

  /// gRPC's interop cases, then our own.
  public static let cases: [Case] =
    InteropCases.all + InteropStreamCases.all + CallCases.all + OutcomeCases.all
    + StreamCases.all + CrowdCases.all
}
