import Glibc

/// Civil time, for people and records; durations are measured with `Instant`.
public enum WallClock {
  /// UTC, microseconds since 1970, as fields that end in `_unix_us` carry it.
  public static var nowUnixMicroseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
