import Transport

extension SettingType where Value == TransportAddress {
  /// `host:port`, `[v6]:port` or `unix:/path`.
  public static var address: SettingType<TransportAddress> {
    SettingType(
      name: "ADDRESS",
      allowed: "HOST:PORT, [IPV6]:PORT or unix:/PATH (port 0 lets the system pick)",
      example: "127.0.0.1:7000",
      parse: { TransportAddress($0) },
      format: { $0.description }
    )
  }
}

extension SettingType where Value == [TransportAddress] {
  /// Several addresses.
  public static func addresses(count: ClosedRange<Int> = 1...256) -> SettingType<[TransportAddress]>
  {
    SettingType<TransportAddress>.address.list(count: count)
  }
}
