/// Certificates, keys or policies that cannot be used. The message names the file and what is
/// wrong with it, and holds no secret.
public struct TLSConfigurationError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }

  init(file: String, _ problem: String) { description = "\(file): \(problem)" }
}
