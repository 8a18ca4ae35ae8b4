/// Whom a call is for.
enum CallTarget: Equatable {
  /// `endpoints/NAME[/VARIANT]`
  case endpoint(name: Substring, variant: Substring?)
  /// `services/ROLE`
  case service(Substring)

  /// Nil when the text is of neither form.
  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    switch (parts[0], parts.count) {
    case ("endpoints", 2): self = .endpoint(name: parts[1], variant: nil)
    case ("endpoints", 3): self = .endpoint(name: parts[1], variant: parts[2])
    case ("services", 2): self = .service(parts[1])
    case (_, _): return nil
    }
  }
}
