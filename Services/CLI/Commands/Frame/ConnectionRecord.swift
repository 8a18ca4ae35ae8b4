import FoundationEssentials
import Glibc

/// How the command line reaches the gateway of this machine: `cli.json`, written by `martlet up`.
struct ConnectionRecord: Codable, Sendable, Equatable {
  /// Of this file's shape.
  var version = 1
  /// The suite in the services' certificates.
  var suite: String
  /// Where the gateway answers martlet/1.
  var nativeAddress: String
  /// Where it answers HTTPS.
  var httpsAddress: String
  /// PEM files.
  var authorities: String
  var certificate: String
  var key: String
  /// Where the self-hosted inference host of this machine looks for models.
  var selfHostedModels: String

  static func read(_ path: String) throws -> ConnectionRecord {
    try RecordFile.read(ConnectionRecord.self, path)
  }

  func write(_ path: String) throws { try RecordFile.write(self, path) }
}
