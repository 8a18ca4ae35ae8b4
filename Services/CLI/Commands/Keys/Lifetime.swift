import ArgumentParser

/// How long something stays good: `90m`, `12h`, `30d`, `52w`.
struct Lifetime: ExpressibleByArgument, Equatable {
  let seconds: Int64

  static let longestSeconds: Int64 = 10 * 366 * 86_400

  init?(argument: String) {
    let units: [Character: Int64] = ["m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400]
    guard let last = argument.last, let unit = units[last],
      argument.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let count = Int64(argument.dropLast()), count > 0
    else { return nil }
    let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
    guard !overflow, seconds <= Self.longestSeconds else { return nil }
    self.seconds = seconds
  }
}
