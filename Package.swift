// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "martlet",
  platforms: [.macOS(.v15)],
  products: [],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
  ],
  targets: [
    // MARK: Shared
    .target(name: "Primitives", path: "Shared/Primitives"),
    .target(name: "Transport", dependencies: ["Primitives"], path: "Shared/Transport"),
    .target(name: "RPC", dependencies: ["Primitives"], path: "Shared/RPC"),
  ]
)

// The one place that sets how every Swift target is compiled.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // Async functions stay on their caller's executor: no hop between the socket and the handler.
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]
let cTargets: Set<String> = ["CProtocols", "CFuzzSupport"]
for target in package.targets
where target.type != .system && target.type != .plugin && !cTargets.contains(target.name) {
  target.swiftSettings = (target.swiftSettings ?? []) + strict
}
