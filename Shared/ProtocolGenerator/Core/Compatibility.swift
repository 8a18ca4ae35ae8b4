/// Compares released descriptors with new ones and names what would break a peer that was built
/// from the old ones.
public enum Compatibility {
  public static func breaks(from old: [ProtoFile], to new: [ProtoFile]) -> [String] {
    let newTypes = Types(new)
    let oldTypes = Types(old)
    var breaks: [String] = []
    for message in oldTypes.messages {
      guard let newer = newTypes.message[message.fullName] else {
        breaks.append("\(message.fullName): message was removed")
        continue
      }
      breaks += fieldBreaks(message, newer)
    }
    for value in oldTypes.enums {
      guard let newer = newTypes.enumeration[value.fullName] else {
        breaks.append("\(value.fullName): enum was removed")
        continue
      }
      breaks += valueBreaks(value, newer)
    }
    for service in old.flatMap(\.services) {
      guard let newer = newTypes.service[service.fullName] else {
        breaks.append("\(service.fullName): service was removed")
        continue
      }
      breaks += methodBreaks(service, newer)
    }
    return breaks
  }

  private static func fieldBreaks(_ old: ProtoMessage, _ new: ProtoMessage) -> [String] {
    var breaks: [String] = []
    let byName = Dictionary(
      new.fields.map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    let byNumber = Dictionary(
      new.fields.map { ($0.number, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    for field in old.fields {
      let place = "\(old.fullName).\(field.name)"
      if let same = byName[field.name] {
        if same.number != field.number {
          breaks.append("\(place): number changed from \(field.number) to \(same.number)")
        } else {
          breaks += shapeBreaks(place, old, field, new, same)
        }
      } else if let successor = byNumber[field.number] {
        breaks.append(
          "\(place): number \(field.number) is now \(successor.name); names are kept"
        )
      } else {
        if !new.reservedNumbers.contains(where: { $0.contains(field.number) }) {
          breaks.append("\(place): removed, and its number \(field.number) is not reserved")
        }
        if !new.reservedNames.contains(field.name) {
          breaks.append("\(place): removed, and its name is not reserved")
        }
      }
    }
    return breaks + reservationBreaks(old, new)
  }

  /// A field that kept its name and number.
  private static func shapeBreaks(
    _ place: String,
    _ oldMessage: ProtoMessage,
    _ old: ProtoField,
    _ newMessage: ProtoMessage,
    _ new: ProtoField
  ) -> [String] {
    var breaks: [String] = []
    if old.kind != new.kind || old.typeName != new.typeName {
      breaks.append("\(place): type changed from \(typeText(old)) to \(typeText(new))")
    }
    if old.isRepeated != new.isRepeated {
      breaks.append(
        "\(place): \(new.isRepeated ? "became repeated" : "is no longer repeated")"
      )
    }
    let oldOneof = old.oneofIndex.map { oldMessage.oneofs[$0] }
    let newOneof = new.oneofIndex.map { newMessage.oneofs[$0] }
    if oldOneof != newOneof {
      breaks.append(
        "\(place): moved from \(oldOneof.map { "oneof \($0)" } ?? "no oneof") to "
          + (newOneof.map { "oneof \($0)" } ?? "no oneof")
      )
    }
    return breaks
  }

  /// What was reserved stays reserved.
  private static func reservationBreaks(_ old: ProtoMessage, _ new: ProtoMessage) -> [String] {
    var breaks: [String] = []
    for name in old.reservedNames where !new.reservedNames.contains(name) {
      breaks.append("\(old.fullName): the name \(name) is no longer reserved")
    }
    // A range may reach far, so ranges are compared by their uncovered rest, not number by number.
    for range in old.reservedNumbers {
      var start = range.lowerBound
      while start < range.upperBound,
        let cover = new.reservedNumbers.first(where: { $0.contains(start) })
      {
        start = cover.upperBound
      }
      if start < range.upperBound {
        breaks.append("\(old.fullName): the number \(start) is no longer reserved")
      }
    }
    return breaks
  }

  private static func typeText(_ field: ProtoField) -> String {
    field.typeName.isEmpty ? "\(field.kind)" : field.typeName
  }

  private static func valueBreaks(_ old: ProtoEnum, _ new: ProtoEnum) -> [String] {
    var breaks: [String] = []
    for value in old.values {
      let place = "\(old.fullName).\(value.name)"
      if let same = new.values.first(where: { $0.name == value.name }) {
        if same.number != value.number {
          breaks.append("\(place): number changed from \(value.number) to \(same.number)")
        }
      } else {
        if !new.reservedNumbers.contains(where: { $0.contains(value.number) }) {
          breaks.append("\(place): removed, and its number \(value.number) is not reserved")
        }
        if !new.reservedNames.contains(value.name) {
          breaks.append("\(place): removed, and its name is not reserved")
        }
      }
    }
    return breaks
  }

  private static func methodBreaks(_ old: ProtoService, _ new: ProtoService) -> [String] {
    var breaks: [String] = []
    for method in old.methods {
      let place = "\(old.fullName)/\(method.name)"
      guard let same = new.methods.first(where: { $0.name == method.name }) else {
        breaks.append("\(place): method was removed")
        continue
      }
      if same.input != method.input {
        breaks.append("\(place): request changed from \(method.input) to \(same.input)")
      }
      if same.output != method.output {
        breaks.append("\(place): response changed from \(method.output) to \(same.output)")
      }
      if same.isClientStreaming != method.isClientStreaming
        || same.isServerStreaming != method.isServerStreaming
      {
        breaks.append("\(place): the kind of call changed")
      }
    }
    return breaks
  }

  /// All types of a set of files, with those inside others.
  private struct Types {
    private(set) var messages: [ProtoMessage] = []
    private(set) var enums: [ProtoEnum] = []
    private(set) var message: [String: ProtoMessage] = [:]
    private(set) var enumeration: [String: ProtoEnum] = [:]
    private(set) var service: [String: ProtoService] = [:]

    init(_ files: [ProtoFile]) {
      for file in files where file.package != "google.protobuf" {
        file.messages.forEach { add($0) }
        file.enums.forEach { add($0) }
        for item in file.services { service[item.fullName] = item }
      }
    }

    private mutating func add(_ item: ProtoMessage) {
      messages.append(item)
      message[item.fullName] = item
      item.messages.forEach { add($0) }
      item.enums.forEach { add($0) }
    }

    private mutating func add(_ item: ProtoEnum) {
      enums.append(item)
      enumeration[item.fullName] = item
    }
  }
}
