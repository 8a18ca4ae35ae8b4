import Protocols
import RPC
import WireCodec

/// What an engine said of a failure, as a detail of the worker's answer: for the host's log, never
/// for callers.
enum EngineText {
  private static let typeURL = EngineFailure.messageName
  /// Details of 8 KiB cross the wire; engines' texts are shortened long before.
  private static let limitBytes = 4096

  static func details(_ text: String) -> [RPCError.Detail] {
    guard !text.isEmpty else { return [] }
    let shown = String(decoding: text.utf8.prefix(limitBytes), as: UTF8.self)
    return [RPCError.Detail(typeURL: typeURL, value: EngineFailure(reason: shown).encoded())]
  }

  /// Takes it out of an error, which may then be shown to a caller.
  static func take(from error: inout RPCError) -> String? {
    defer { error.details.removeAll { $0.typeURL == typeURL } }
    return error.details.first { $0.typeURL == typeURL }
      .flatMap { try? EngineFailure(decoding: $0.value).reason }
  }
}
