/// A moment as digits, for names: `20261123-181500`.
struct UTCDate {
  let digits: String

  init(unixMicroseconds: Int64) {
    let seconds = Int(unixMicroseconds / 1_000_000)
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
    // Howard Hinnant's civil_from_days, for days since 1970: eras of 400 years that begin in March.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let day = shifted - era * 146_097
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    let civilMonth = month < 10 ? month + 3 : month - 9
    let civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
    let civilDay = dayOfYear - (153 * month + 2) / 5 + 1
    digits =
      UTCDate.pad(civilYear, 4) + UTCDate.pad(civilMonth, 2) + UTCDate.pad(civilDay, 2) + "-"
      + UTCDate.pad(rest / 3600, 2) + UTCDate.pad(rest / 60 % 60, 2) + UTCDate.pad(rest % 60, 2)
  }

  private static func pad(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
