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
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    // Without its traits: neither swift-configuration nor the whole of Foundation is built.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
  ],
  targets: [
    // MARK: Shared
    .target(name: "Primitives", path: "Shared/Primitives"),
    .target(name: "Transport", dependencies: ["Primitives"], path: "Shared/Transport"),
    .target(name: "DiscoveryCore", dependencies: ["Primitives"], path: "Shared/Discovery/Core"),
    .systemLibrary(
      name: "COpenSSL",
      path: "Shared/COpenSSL",
      pkgConfig: "openssl",
      providers: [.apt(["libssl-dev"])]
    ),
    .systemLibrary(name: "CAllocator", path: "Shared/CAllocator"),
    .target(
      name: "SecureTransport",
      dependencies: [
        "Primitives", "Transport", "CAllocator", "COpenSSL", "DurableFiles",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Shared/SecureTransport"
    ),
    .target(
      name: "InProcessTransport",
      dependencies: ["Primitives", "Transport"],
      path: "Shared/InProcessTransport"
    ),
    .systemLibrary(
      name: "CProtobufC",
      path: "Shared/CProtobufC",
      pkgConfig: "libprotobuf-c",
      providers: [.apt(["libprotobuf-c-dev"])]
    ),
    .target(
      name: "WireCodec",
      dependencies: ["CProtobufC", "Primitives"],
      path: "Shared/WireCodec"
    ),
    .target(name: "CProtocols", dependencies: ["CProtobufC"], path: "Shared/Protocols/C"),
    .target(
      name: "Protocols",
      dependencies: ["CProtocols", "Primitives", "RPC", "RPCRuntime", "WireCodec"],
      path: "Shared/Protocols/Swift"
    ),
    .target(
      name: "CTestProtocols",
      dependencies: ["CProtobufC"],
      path: "Shared/TestKit/Protocols/C"
    ),
    .target(
      name: "TestProtocols",
      dependencies: ["CTestProtocols", "Primitives", "RPC", "RPCRuntime", "WireCodec"],
      path: "Shared/TestKit/Protocols/Swift"
    ),
    .target(
      name: "CDescriptors",
      dependencies: ["CProtobufC"],
      path: "Shared/ProtocolGenerator/C"
    ),
    .target(
      name: "ProtocolGenerator",
      dependencies: ["CDescriptors"],
      path: "Shared/ProtocolGenerator/Core"
    ),
    .executableTarget(
      name: "protoc-gen-martlet",
      dependencies: ["ProtocolGenerator"],
      path: "Shared/ProtocolGenerator/Main"
    ),
    .target(name: "RPC", dependencies: ["Primitives"], path: "Shared/RPC"),
    .target(
      name: "RPCRuntime",
      dependencies: [
        "Primitives", "RPC", "Telemetry", "Transport", "WireCodec",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Shared/RPCRuntime"
    ),
    .target(
      name: "Discovery",
      dependencies: [
        "Digests", "DiscoveryCore", "DurableFiles", "Primitives", "Protocols", "RPC", "RPCRuntime",
        "Settings", "Telemetry", "Transport", "WireCodec",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Shared/Discovery/Shell"
    ),
    .target(
      name: "Settings",
      dependencies: ["Primitives", "Transport", .product(name: "Yams", package: "Yams")],
      path: "Shared/Settings"
    ),
    .target(
      name: "Telemetry",
      dependencies: ["Primitives", .product(name: "Logging", package: "swift-log")],
      path: "Shared/Telemetry"
    ),
    .target(
      name: "ServiceRuntime",
      dependencies: [
        "Primitives", "Settings", "Telemetry",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      path: "Shared/ServiceRuntime"
    ),
    .target(
      name: "HTTPEdge",
      dependencies: [
        "Primitives", "SecureTransport", "ServiceRuntime", "Settings", "Telemetry", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Shared/HTTPEdge"
    ),
    .target(
      name: "ServicePort",
      dependencies: [
        "Primitives", "Protocols", "RPC", "RPCRuntime", "SecureTransport", "ServiceRuntime",
        "Settings", "Telemetry", "Transport", .product(name: "Logging", package: "swift-log"),
      ],
      path: "Shared/ServicePort"
    ),
    .target(
      name: "TestKit",
      dependencies: [
        "InProcessTransport", "Primitives", "RPC", "RPCRuntime", "TestProtocols", "Transport",
        "WireCodec",
      ],
      path: "Shared/TestKit",
      exclude: ["Protocols", "protos"]
    ),
    .target(
      name: "Digests",
      dependencies: ["COpenSSL", "Primitives"],
      path: "Shared/Digests"
    ),
    .target(
      name: "DurableFiles",
      dependencies: ["Primitives"],
      path: "Shared/DurableFiles"
    ),
    .target(
      name: "Persistence",
      dependencies: ["Primitives", "RPC", .product(name: "GRDB", package: "GRDB.swift")],
      path: "Shared/Persistence"
    ),
    .systemLibrary(name: "CProcessControl", path: "Shared/CProcessControl"),
    .target(
      name: "Processes",
      dependencies: [
        "CProcessControl", "Primitives", "RPC", "RPCRuntime", "SecureTransport", "Transport",
        "Telemetry",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Shared/Processes"
    ),
    .target(
      name: "ServiceMesh",
      dependencies: [
        "Discovery", "DiscoveryCore", "DurableFiles", "Primitives", "Protocols", "RPC",
        "RPCRuntime", "SecureTransport", "ServicePort", "ServiceRuntime", "Settings", "Telemetry",
        "Transport", .product(name: "Logging", package: "swift-log"),
      ],
      path: "Shared/ServiceMesh"
    ),
    .target(
      name: "Tabular",
      dependencies: ["Primitives"],
      path: "Shared/Tabular/Core"
    ),
    .target(
      name: "TabularCoding",
      dependencies: ["Primitives", "Protocols", "Tabular"],
      path: "Shared/Tabular/Coding"
    ),
    .target(
      name: "PredictionFormats",
      dependencies: ["Primitives", "Tabular"],
      path: "Shared/PredictionFormats"
    ),
    .target(
      name: "ONNX",
      dependencies: ["Primitives"],
      path: "Shared/ONNX"
    ),
    // MARK: Services
    .target(
      name: "ModelStoreCore",
      dependencies: ["Primitives"],
      path: "Services/ModelStore/Core"
    ),
    .target(
      name: "ModelStoreServer",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "DurableFiles", "Persistence", "WireCodec", "ModelStoreCore", "ONNX",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Services/ModelStore/Server"
    ),
    .executableTarget(
      name: "model-store",
      dependencies: [
        "ModelStoreServer", "HTTPEdge", "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry",
        "Settings", "ServiceRuntime", "ServicePort", "ServiceMesh", "SecureTransport", "Transport",
        "Discovery", "DiscoveryCore", "Digests", "Persistence", "WireCodec",
      ],
      path: "Services/ModelStore/Main"
    ),
    .target(
      name: "TrainerCore",
      dependencies: ["Primitives", "Tabular", "ONNX"],
      path: "Services/Trainer/Core"
    ),
    .systemLibrary(
      name: "COpenBLAS",
      path: "Shared/COpenBLAS",
      pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]
    ),
    .target(
      name: "TrainerServer",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "DurableFiles", "Persistence", "WireCodec", "TrainerCore", "Processes",
        "Tabular", "TabularCoding", "ONNX", "COpenBLAS",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Services/Trainer/Server"
    ),
    .executableTarget(
      name: "trainer",
      dependencies: [
        "TrainerServer", "HTTPEdge", "Processes", "Primitives", "RPC", "RPCRuntime", "Protocols",
        "Telemetry", "Settings", "ServiceRuntime", "ServicePort", "ServiceMesh", "SecureTransport",
        "Transport", "Discovery", "DiscoveryCore", "Digests", "Persistence", "WireCodec",
      ],
      path: "Services/Trainer/Main"
    ),
    .target(
      name: "InferenceCore",
      dependencies: ["Primitives"],
      path: "Services/Inference/Core"
    ),
    .target(
      name: "COpenVINO",
      dependencies: [],
      path: "Shared/COpenVINO"
    ),
    .target(
      name: "InferenceServer",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "DurableFiles", "Persistence", "WireCodec", "InferenceCore", "Processes",
        "Tabular", "TabularCoding", "COpenVINO", .product(name: "Logging", package: "swift-log"),
      ],
      path: "Services/Inference/Server"
    ),
    .executableTarget(
      name: "inference",
      dependencies: [
        "InferenceServer", "HTTPEdge", "Processes", "Primitives", "RPC", "RPCRuntime", "Protocols",
        "Telemetry", "Settings", "ServiceRuntime", "ServicePort", "ServiceMesh", "SecureTransport",
        "Transport", "Discovery", "DiscoveryCore", "Digests", "Persistence", "WireCodec",
      ],
      path: "Services/Inference/Main"
    ),
    .target(
      name: "BalancerCore",
      dependencies: ["Primitives"],
      path: "Services/Balancer/Core"
    ),
    .target(
      name: "BalancerServer",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "Persistence", "WireCodec", "BalancerCore",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Services/Balancer/Server"
    ),
    .executableTarget(
      name: "balancer",
      dependencies: [
        "BalancerServer", "HTTPEdge", "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry",
        "Settings", "ServiceRuntime", "ServicePort", "ServiceMesh", "SecureTransport", "Transport",
        "Discovery", "DiscoveryCore", "Digests", "Persistence", "WireCodec",
      ],
      path: "Services/Balancer/Main"
    ),
    .target(
      name: "GatewayCore",
      dependencies: ["Primitives"],
      path: "Services/Gateway/Core"
    ),
    .target(
      name: "GatewayServer",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "Persistence", "WireCodec", "GatewayCore", "HTTPEdge", "Tabular",
        "TabularCoding", "PredictionFormats", .product(name: "Logging", package: "swift-log"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ],
      path: "Services/Gateway/Server"
    ),
    .executableTarget(
      name: "gateway",
      dependencies: [
        "GatewayServer", "HTTPEdge", "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry",
        "Settings", "ServiceRuntime", "ServicePort", "ServiceMesh", "SecureTransport", "Transport",
        "Discovery", "DiscoveryCore", "Digests", "Persistence", "WireCodec",
      ],
      path: "Services/Gateway/Main"
    ),
    .target(
      name: "Commands",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "SecureTransport", "Transport", "Digests",
        "DurableFiles", "Processes", "Tabular", "TabularCoding", "PredictionFormats", "WireCodec",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Services/CLI/Commands"
    ),
    .executableTarget(
      name: "martlet",
      dependencies: ["Commands"],
      path: "Services/CLI/Main"
    ),
    // MARK: Executables of tests and benchmarks
    .executableTarget(
      name: "testkit-server",
      dependencies: [
        "HTTPEdge", "Primitives", "RPC", "RPCRuntime", "SecureTransport", "ServicePort",
        "ServiceRuntime", "Settings", "TestKit", "Transport",
      ],
      path: "Tests/Executables/TestKitServer"
    ),
    .executableTarget(
      name: "wire-benchmark",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "SecureTransport", "TestProtocols", "Transport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Executables/WireBenchmark"
    ),
    .executableTarget(
      name: "worker-probe",
      dependencies: [
        "Primitives", "Processes", "RPC", "RPCRuntime", "SecureTransport", "TestKit",
        "TestProtocols",
      ],
      path: "Tests/Executables/WorkerProbe"
    ),
    .executableTarget(
      name: "scanner-probe",
      dependencies: ["Primitives", "TestProtocols", "WireCodec"],
      path: "Tests/Executables/ScannerProbe"
    ),
    .executableTarget(
      name: "runtime-probe",
      dependencies: [
        "HTTPEdge", "ServiceRuntime", "Settings", "Transport",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/Executables/RuntimeProbe"
    ),
    // MARK: Tidy tests
    .testTarget(name: "TidyTests", path: "Tests/TidyTests"),
    // MARK: Tests
    .testTarget(
      name: "PrimitivesTests",
      dependencies: ["Primitives"],
      path: "Tests/PrimitivesTests"
    ),
    .testTarget(
      name: "DiscoveryCoreTests",
      dependencies: ["DiscoveryCore", "Primitives"],
      path: "Tests/DiscoveryCoreTests"
    ),
    .testTarget(
      name: "DiscoveryTests",
      dependencies: [
        "Discovery", "DiscoveryCore", "InProcessTransport", "Primitives", "Protocols", "RPC",
        "RPCRuntime", "Settings", "Telemetry", "TestProtocols", "Transport", "WireCodec",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/DiscoveryTests"
    ),
    .testTarget(
      name: "SettingsTests",
      dependencies: ["Primitives", "Settings", "Transport"],
      path: "Tests/SettingsTests"
    ),
    .testTarget(
      name: "TelemetryTests",
      dependencies: [
        "Primitives", "Telemetry", .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/TelemetryTests"
    ),
    .testTarget(
      name: "ServiceRuntimeTests",
      dependencies: ["Primitives", "ServicePort", "ServiceRuntime", "Transport", "runtime-probe"],
      path: "Tests/ServiceRuntimeTests"
    ),
    .testTarget(
      name: "HTTPEdgeTests",
      dependencies: [
        "HTTPEdge", "Primitives", "SecureTransport", "ServiceRuntime", "Settings", "Telemetry",
        "Transport", .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      path: "Tests/HTTPEdgeTests"
    ),
    .testTarget(
      name: "RPCTests",
      dependencies: ["Primitives", "RPC"],
      path: "Tests/RPCTests"
    ),
    .testTarget(
      name: "WireCodecTests",
      dependencies: ["CTestProtocols", "Primitives", "TestProtocols", "WireCodec"],
      path: "Tests/WireCodecTests"
    ),
    .testTarget(
      name: "ProtocolGeneratorTests",
      dependencies: ["ProtocolGenerator"],
      path: "Tests/ProtocolGeneratorTests"
    ),
    .testTarget(
      name: "RPCRuntimeTests",
      dependencies: [
        "InProcessTransport", "Primitives", "RPC", "RPCRuntime", "Telemetry", "TestKit",
        "TestProtocols", "Transport", "WireCodec",
      ],
      path: "Tests/RPCRuntimeTests"
    ),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "InProcessTransport", "Primitives", "RPC", "RPCRuntime", "Telemetry", "TestKit",
        "TestProtocols", "Transport", "WireCodec",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/SimulationTests"
    ),
    .testTarget(
      name: "WireContractTests",
      dependencies: [
        "InProcessTransport", "Primitives", "Protocols", "RPC", "RPCRuntime", "SecureTransport",
        "TestKit", "TestProtocols", "Transport", "testkit-server",
      ],
      path: "Tests/Contracts/WireContractTests"
    ),
    .testTarget(
      name: "SecureTransportTests",
      dependencies: ["Primitives", "SecureTransport", "Transport"],
      path: "Tests/SecureTransportTests"
    ),
    .testTarget(
      name: "InProcessTransportTests",
      dependencies: ["InProcessTransport", "Primitives", "Transport"],
      path: "Tests/InProcessTransportTests"
    ),
    // MARK: Tests of services
    .testTarget(
      name: "PersistenceTests",
      dependencies: [
        "Persistence", "Primitives", "RPC", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Tests/PersistenceTests"
    ),
    .testTarget(
      name: "DurableFilesTests",
      dependencies: ["DurableFiles", "Primitives"],
      path: "Tests/DurableFilesTests"
    ),
    .testTarget(
      name: "DigestsTests",
      dependencies: ["Digests", "Primitives"],
      path: "Tests/DigestsTests"
    ),
    .testTarget(
      name: "ProcessesTests",
      dependencies: [
        "Processes", "Primitives", "RPC", "RPCRuntime", "SecureTransport", "TestProtocols",
        "Transport", "worker-probe",
      ],
      path: "Tests/ProcessesTests"
    ),
    .testTarget(
      name: "ServiceMeshTests",
      dependencies: [
        "ServiceMesh", "Discovery", "DiscoveryCore", "Primitives", "Protocols", "RPC", "RPCRuntime",
        "SecureTransport", "ServicePort", "ServiceRuntime", "Settings", "Telemetry", "Transport",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/ServiceMeshTests"
    ),
    .testTarget(
      name: "TabularTests",
      dependencies: ["Tabular", "TabularCoding", "Protocols", "Primitives"],
      path: "Tests/TabularTests"
    ),
    .testTarget(
      name: "ONNXTests",
      dependencies: ["ONNX", "Primitives"],
      path: "Tests/ONNXTests"
    ),
    .testTarget(
      name: "ModelStoreCoreTests",
      dependencies: ["ModelStoreCore", "Primitives"],
      path: "Tests/ModelStoreCoreTests"
    ),
    .testTarget(
      name: "ModelStoreServerTests",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "DurableFiles", "Persistence", "WireCodec", "ModelStoreCore", "ModelStoreServer",
        "InProcessTransport", "TestKit", .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/ModelStoreServerTests"
    ),
    .testTarget(
      name: "ModelStoreContractTests",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "Persistence", "WireCodec", "TestKit", "model-store", "balancer",
      ],
      path: "Tests/Contracts/ModelStoreContractTests"
    ),
    .testTarget(
      name: "TrainerCoreTests",
      dependencies: ["TrainerCore", "Primitives", "Tabular", "ONNX"],
      path: "Tests/TrainerCoreTests"
    ),
    .testTarget(
      name: "TrainerServerTests",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "Persistence", "WireCodec", "TrainerCore", "TrainerServer", "InProcessTransport",
        "TestKit", "Processes", "Tabular", "TabularCoding", "ONNX", "DurableFiles",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/TrainerServerTests"
    ),
    .testTarget(
      name: "TrainerContractTests",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "Persistence", "WireCodec", "TestKit", "Tabular", "TabularCoding", "trainer",
        "model-store",
      ],
      path: "Tests/Contracts/TrainerContractTests"
    ),
    .testTarget(
      name: "InferenceCoreTests",
      dependencies: ["InferenceCore", "Primitives"],
      path: "Tests/InferenceCoreTests"
    ),
    .testTarget(
      name: "InferenceServerTests",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "DurableFiles", "Persistence", "WireCodec", "InferenceCore", "InferenceServer",
        "InProcessTransport", "TestKit", "Processes", "Tabular", "TabularCoding",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/InferenceServerTests"
    ),
    .testTarget(
      name: "InferenceContractTests",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "Persistence", "WireCodec", "TestKit", "inference", "model-store",
      ],
      path: "Tests/Contracts/InferenceContractTests"
    ),
    .testTarget(
      name: "BalancerCoreTests",
      dependencies: ["BalancerCore", "Primitives"],
      path: "Tests/BalancerCoreTests"
    ),
    .testTarget(
      name: "BalancerServerTests",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "Persistence", "WireCodec", "BalancerCore", "BalancerServer",
        "InProcessTransport", "TestKit", .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/BalancerServerTests"
    ),
    .testTarget(
      name: "BalancerContractTests",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "Persistence", "WireCodec", "TestKit", "balancer",
      ],
      path: "Tests/Contracts/BalancerContractTests"
    ),
    .testTarget(
      name: "PredictionFormatsTests",
      dependencies: ["PredictionFormats", "Primitives", "Tabular"],
      path: "Tests/PredictionFormatsTests"
    ),
    .testTarget(
      name: "GatewayCoreTests",
      dependencies: ["GatewayCore", "Primitives"],
      path: "Tests/GatewayCoreTests"
    ),
    .testTarget(
      name: "GatewayServerTests",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "Persistence", "WireCodec", "GatewayCore", "GatewayServer", "InProcessTransport",
        "TestKit", "HTTPEdge", "Tabular", "TabularCoding", "PredictionFormats",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/GatewayServerTests"
    ),
    .testTarget(
      name: "GatewayContractTests",
      dependencies: [
        "Primitives", "RPC", "RPCRuntime", "Protocols", "Telemetry", "Settings", "ServiceRuntime",
        "ServicePort", "ServiceMesh", "SecureTransport", "Transport", "Discovery", "DiscoveryCore",
        "Digests", "Persistence", "WireCodec", "TestKit", "gateway",
      ],
      path: "Tests/Contracts/GatewayContractTests"
    ),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "Commands", "Primitives", "RPC", "Protocols", "Tabular", "PredictionFormats", "WireCodec",
        "SecureTransport", "Processes", "Digests", "DurableFiles", "balancer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/CommandsTests"
    ),
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
  // Released code is not checked for overlapping access at run time, which tests (debug builds)
  // are; a call crosses the modules of the wire many times, so it is optimised across them.
  .unsafeFlags(
    ["-enforce-exclusivity=unchecked", "-cross-module-optimization"],
    .when(configuration: .release)
  ),
]
let cTargets: Set<String> = [
  "CProtocols", "CTestProtocols", "CDescriptors", "CFuzzSupport", "COpenVINO",
]
for target in package.targets
where target.type != .system && target.type != .plugin && !cTargets.contains(target.name) {
  target.swiftSettings = (target.swiftSettings ?? []) + strict
}
