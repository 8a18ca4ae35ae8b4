/// Who may import whom.
extension Rule {
  static let imports: [Rule] = [
    reserved(
      ["NIO"],
      for: ["Shared/SecureTransport/", "Shared/HTTPEdge/"],
      andTests: ["Tests/SecureTransport", "Tests/HTTPEdge"],
      wayOut: "use the seam in Transport; sockets belong to SecureTransport and HTTPEdge"
    ),
    reserved(
      ["COpenSSL"],
      for: ["Shared/SecureTransport/", "Shared/Digests/"],
      andTests: ["Tests/SecureTransport"],
      wayOut: "TLS belongs to SecureTransport, digests to Digests"
    ),
    reserved(
      ["GRDB"],
      for: [
        "Shared/Persistence/", "Services/ModelStore/Server/Adapters/",
        "Services/Trainer/Server/Adapters/", "Services/Balancer/Server/Adapters/",
        "Services/Gateway/Server/Adapters/",
      ],
      andTests: ["Tests/Persistence"],
      wayOut: "durable state sits behind the service's own seam; SQLite is one adapter of it"
    ),
    reserved(
      ["COpenBLAS"],
      for: ["Services/Trainer/Server/"],
      andTests: [],
      wayOut: "dense algebra belongs to the trainer's adapter"
    ),
    reserved(
      ["COpenVINO"],
      for: ["Services/Inference/Server/"],
      andTests: [],
      wayOut: "engines are adapters of the inference service"
    ),
    reserved(
      ["CProtobufC"],
      for: [
        "Shared/WireCodec/", "Shared/ProtocolGenerator/", "Shared/Protocols/",
        "Shared/TestKit/Protocols/",
      ],
      andTests: ["Tests/WireCodec", "Tests/ProtocolGenerator", "Tests/Fuzz/"],
      wayOut: "use Message of WireCodec"
    ),
    reserved(
      ["TestKit"],
      for: ["Shared/TestKit"],
      andTests: ["Tests/"],
      wayOut: "what ships does not know the tests; move what is needed out of TestKit"
    ),
    onlyPrimitives,
    withoutFoundation,
    sharedKnowsNoService,
    servicesKnowNoOther,
  ]

  /// The module that a line of code imports, with any access level or attribute in front.
  static func importedModule(_ code: String) -> String? {
    let words = code.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard let keyword = words.firstIndex(of: "import") else { return nil }
    let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    guard words[..<keyword].allSatisfy({ modifiers.contains($0) || $0.hasPrefix("@") }) else {
      return nil
    }
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "typealias"]
    let names = words[(keyword + 1)...].drop { kinds.contains($0) }
    return names.first.map { String($0.prefix { $0 != "." && $0 != ";" }) }
  }

  private static func imports(
    _ name: String,
    bad: [SourceFile],
    good: [SourceFile],
    breaks: @escaping @Sendable (_ file: SourceFile, _ module: String) -> String?
  ) -> Rule {
    Rule(name: name, bad: bad, good: good) { file in
      guard file.isSwift else { return [] }
      return file.code.indices.compactMap { index in
        guard let module = importedModule(file.code[index]) else { return nil }
        return breaks(file, module).map {
          Finding(path: file.path, line: index + 1, message: "imports \(module): \($0)")
        }
      }
    }
  }

  /// Modules whose names begin so belong to some folders and their tests alone.
  private static func reserved(
    _ prefixes: [String],
    for owners: [String],
    andTests tests: [String],
    wayOut: String
  ) -> Rule {
    let module = prefixes[0] + (prefixes[0] == "NIO" ? "Core" : "")
    return imports(
      "\(module) is imported only under \((owners + tests).joined(separator: ", "))",
      bad: [SourceFile(path: "Services/Gateway/Server/Door.swift", text: "import \(module)")],
      good: [SourceFile(path: owners[0] + "/A.swift", text: "internal import \(module)")]
    ) { file, module in
      let isReserved = prefixes.contains {
        module == $0 || ($0 == "NIO" && module.hasPrefix($0))
      }
      return isReserved && !file.isUnder(owners + tests) ? wayOut : nil
    }
  }

  private static func isCore(_ file: SourceFile) -> Bool {
    let parts = file.path.split(separator: "/")
    guard parts.count > 3, parts[2] == "Core" else { return false }
    // The generator runs at build time; what it calls Core decides nothing in a service.
    return parts[0] == "Services" || (parts[0] == "Shared" && parts[1] != "ProtocolGenerator")
  }

  private static let onlyPrimitives = imports(
    "RPC and every Core import only Primitives, and the trainer's the pure Tabular and ONNX",
    bad: [
      SourceFile(path: "Shared/RPC/A.swift", text: "import Transport"),
      SourceFile(path: "Services/Trainer/Core/A.swift", text: "private import Logging"),
    ],
    good: [SourceFile(path: "Services/Trainer/Core/A.swift", text: "import Tabular")]
  ) { file, module in
    let isPure = file.isUnder(["Shared/RPC/", "Shared/ONNX/"]) || isCore(file)
    guard isPure, module != "Primitives" else { return nil }
    if file.isUnder(["Services/Trainer/Core/"]), ["Tabular", "ONNX"].contains(module) {
      return nil
    }
    return "a decision is a value; hand in what it needs, and act in the shell"
  }

  private static let foundations: Set<String> = [
    "Foundation", "FoundationEssentials", "FoundationNetworking",
  ]

  private static let withoutFoundation = imports(
    "RPC, WireCodec, Primitives, Transport and every Core do without Foundation",
    bad: [SourceFile(path: "Shared/WireCodec/A.swift", text: "import struct Foundation.Data")],
    good: [SourceFile(path: "Shared/Settings/A.swift", text: "import Foundation")]
  ) { file, module in
    let folders = [
      "Shared/RPC/", "Shared/WireCodec/", "Shared/Primitives/", "Shared/Transport/",
    ]
    guard file.isUnder(folders) || isCore(file), foundations.contains(module) else { return nil }
    return "use the standard library and Primitives, or do it in a shell"
  }

  private static let services: Set<String> = [
    "Gateway", "Balancer", "Trainer", "ModelStore", "Inference", "CLI",
  ]

  /// The service that a module is a part of, by its name: GatewayCore, GatewayServer, GatewayMain.
  private static func service(of module: String) -> String? {
    services.first { name in
      ["", "Core", "Server", "Main", "Commands"].contains { module == name + $0 }
    }
  }

  private static let sharedKnowsNoService = imports(
    "Shared never imports a service",
    bad: [SourceFile(path: "Shared/Discovery/Shell/A.swift", text: "import BalancerCore")],
    good: [SourceFile(path: "Shared/Discovery/Shell/A.swift", text: "import DiscoveryCore")]
  ) { file, module in
    guard file.isUnder(["Shared/"]), service(of: module) != nil else { return nil }
    return "turn it round: the service hands in what Shared needs"
  }

  private static let servicesKnowNoOther = imports(
    "services never import each other",
    bad: [SourceFile(path: "Services/Gateway/Server/A.swift", text: "import TrainerCore")],
    good: [SourceFile(path: "Services/Gateway/Server/A.swift", text: "import GatewayCore")]
  ) { file, module in
    let parts = file.path.split(separator: "/")
    guard parts.count > 2, parts[0] == "Services", let other = service(of: module) else {
      return nil
    }
    return other == parts[1] ? nil : "services meet in Protocols"
  }
}
