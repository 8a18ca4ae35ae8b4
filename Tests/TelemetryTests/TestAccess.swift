import Glibc

@testable import Telemetry

enum UTCTimeText {
  static func of(_ seconds: Int) -> String {
    var bytes: [UInt8] = []
    UTCTime.append(timespec(tv_sec: seconds, tv_nsec: 0), to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
