/// Reads the names that begin with the service's prefix; an unknown one is an error, because a
/// setting that is silently not applied costs more than a start that is refused.
enum EnvironmentReader {
  static func read(
    _ environment: [String: String],
    _ declaration: SettingsDeclaration
  ) -> (reading: SourceReading, configPath: String?) {
    var reading = SourceReading()
    var configPath: String?
    let prefix = declaration.environmentPrefix
    let configName = prefix + "CONFIG"
    let keysByName = Dictionary(
      declaration.settings.map { (declaration.environmentName($0.key), $0.key) },
      uniquingKeysWith: { first, _ in first }
    )
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix) {
      if name == configName {
        configPath = value
      } else if let key = keysByName[name] {
        reading.assign(key, .text(value), at: .environment(name))
      } else if !isKubernetesServiceName(name.dropFirst(prefix.count)) {
        let names = keysByName.keys.sorted() + [configName]
        let near = NearestName.to(name.lowercased(), among: names.map { $0.lowercased() })
        let hint = near.map { "; did you mean \($0.uppercased())?" } ?? ""
        reading.refuse("unknown setting\(hint)", at: .environment(name))
      }
    }
    return (reading, configPath)
  }

  /// Kubernetes puts names such as `MARTLET_BALANCER_SERVICE_HOST` and
  /// `MARTLET_BALANCER_PORT_443_TCP` into every container beside a Service called
  /// `martlet-balancer`: they are not for us.
  private static func isKubernetesServiceName(_ rest: Substring) -> Bool {
    rest == "SERVICE_HOST" || rest == "SERVICE_PORT" || rest.hasPrefix("SERVICE_PORT_")
      || rest == "PORT"
      || (rest.hasPrefix("PORT_") && (rest.contains("_TCP") || rest.contains("_UDP")))
  }
}
