import DiscoveryCore
import Settings

extension SettingType where Value == StaticList {
  /// `role=address,address`, several roles separated by `;`.
  public static var staticList: SettingType<StaticList> {
    SettingType(
      name: "ROLE=ADDRESS,…",
      allowed: "ROLE=ADDRESS,ADDRESS with HOST:PORT, [IPV6]:PORT or unix:/PATH; "
        + "several roles separated by ';'",
      example: "inference=10.0.0.5:7443,10.0.0.6:7443;model-store=10.0.0.7:7443",
      parse: { text in
        var instances: [Instance] = []
        for part in text.split(separator: ";", omittingEmptySubsequences: false) {
          guard let list = try? StaticList(flag: part.trimmingBlanks) else { return nil }
          instances += list.instances
        }
        guard Set(instances.map(\.key)).count == instances.count else { return nil }
        return StaticList(instances: instances)
      },
      format: { list in
        var roles: [String] = []
        for instance in list.instances where !roles.contains(instance.key.role) {
          roles.append(instance.key.role)
        }
        return roles.map { role in
          let addresses = list.instances.filter { $0.key.role == role }
            .flatMap { $0.addresses.map(\.text) }
          return "\(role)=\(addresses.joined(separator: ","))"
        }
        .joined(separator: ";")
      }
    )
  }
}

extension SettingType where Value == PickPolicyName {
  /// A policy by its name.
  public static var pickPolicy: SettingType<PickPolicyName> {
    SettingType(
      name: "POLICY",
      allowed: PickPolicyName.allCases.map(\.rawValue).joined(separator: " or "),
      example: PickPolicyName.roundRobin.rawValue,
      parse: { PickPolicyName(rawValue: $0) },
      format: { $0.rawValue }
    )
  }
}

extension Substring {
  fileprivate var trimmingBlanks: String {
    var part = self
    while part.first == " " { part.removeFirst() }
    while part.last == " " { part.removeLast() }
    return String(part)
  }
}
