import Primitives
import Synchronization

/// A process's certificate, key and authorities, for all its listeners and clients.
///
/// `reload` reads the files again; connections that stand keep what they were made with, and every
/// connection that begins afterwards, on whichever loop, uses the new ones.
public final class TLSIdentity: Sendable {
  public let files: TLSFiles

  private let material: Mutex<TLSMaterial>
  /// Rises with each reload; loops compare it with that of their own context.
  private let generationCounter = Atomic(0)

  /// Reads the files. Throws when one is missing, unreadable, expired or does not fit the others.
  public init(_ files: TLSFiles) throws(TLSConfigurationError) {
    self.files = files
    material = Mutex(try TLSIdentity.load(files))
  }

  /// Who the own certificate says that this process is; nil when it has none or no SPIFFE URI.
  public var ownIdentity: PeerIdentity? { material.withLock { $0.ownIdentity } }

  /// How often `reload` succeeded.
  public var generation: Int { generationCounter.load(ordering: .acquiring) }

  /// Reads the files again. On an error everything stays as it was. Blocks for the reads, so it is
  /// not for a loop's thread.
  public func reload() throws(TLSConfigurationError) {
    let fresh = try TLSIdentity.load(files)
    material.withLock { $0 = fresh }
    generationCounter.add(1, ordering: .releasing)
  }

  var current: TLSMaterial { material.withLock { $0 } }

  private static func load(_ files: TLSFiles) throws(TLSConfigurationError) -> TLSMaterial {
    let fresh = try TLSMaterial(reading: files)
    // What a loop will do for its own context later is tried once here, where an error can be told.
    _ = try TLSContext(fresh, role: .client(.addressHost, applicationProtocols: []))
    return fresh
  }
}
