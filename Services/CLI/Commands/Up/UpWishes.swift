/// What a person asked `martlet up` for: `up.json`, so that the next one need not be told again.
struct UpWishes: Codable, Sendable, Equatable {
  /// 0 = any free port; nil = nobody said.
  var nativePort: Int?
  var httpsPort: Int?
  /// The folder of the engine.
  var engine: String?

  /// What is said now goes before what was said earlier.
  func remembering(_ earlier: UpWishes) -> UpWishes {
    UpWishes(
      nativePort: nativePort ?? earlier.nativePort,
      httpsPort: httpsPort ?? earlier.httpsPort,
      engine: engine ?? earlier.engine
    )
  }
}
