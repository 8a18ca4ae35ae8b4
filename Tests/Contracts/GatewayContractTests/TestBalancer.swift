import Discovery
import Primitives
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import ServicePort
import Synchronization
import Transport

/// A balancer that knows a few endpoints and answers for them itself, over TLS.
final class TestBalancer: Sendable {
  /// What came to `Predict`.
  struct Seen: Sendable {
    var target: String
    var principal: Principal?
    var metadata: Metadata
    var trace: TraceContext
  }

  let address: TransportAddress
  let predictions: Predictions
  private let server: Server
  private let transport: TLSServerTransport
  private let loops: LoopGroup

  init(files: TLSFiles) async throws {
    loops = LoopGroup(threadCount: 1)
    predictions = Predictions()
    let registry = RegistryHost(suite: "contract")
    let health = HealthReporter()
    server = try Server([health, registry, EndpointList(), predictions])
    health.setAll(.serving)
    transport = try TLSServerTransport(
      loops: loops,
      listenOn: [.address(.tcp(host: "127.0.0.1", port: 0))],
      identity: TLSIdentity(files),
      policy: TLSListenerPolicy(clientCertificate: .required)
    )
    try await server.serve(transport)
    address = transport.addresses[0]
  }

  /// Goes away, as a balancer that is killed.
  func end() async {
    guard isEnded.exchange(true, ordering: .relaxed) == false else { return }
    await transport.stopAccepting()
    await server.close()
    await loops.shutdown()
  }

  private let isEnded = Atomic(false)

  // MARK: Endpoints

  private static func tensor(_ name: String, _ type: DataType, _ shape: [Int64]) -> TensorSpec {
    TensorSpec(name: name, dataType: type, shape: shape)
  }

  static let endpoints: [Endpoint] = [
    endpoint(
      "iris",
      Manifest(
        preprocessing: Preprocessing(
          kind: .table(
            TablePreprocessing(
              tensor: "x",
              columns: [
                FittedColumn(name: "length", encoding: .number(FittedNumber(scale: 1))),
                FittedColumn(
                  name: "colour",
                  encoding: .category(
                    FittedCategory(categories: ["blue", "red"], imputed: "red")
                  )
                ),
              ]
            )
          )
        )
      )
    ),
    endpoint(
      "matrix",
      Manifest(
        signature: Signature(
          inputs: [tensor("x", .fp32, [-1, 2])],
          outputs: [tensor("y", .fp32, [-1, 2])]
        )
      )
    ),
    endpoint(
      "pair",
      Manifest(
        signature: Signature(
          inputs: [tensor("ids", .int64, [-1]), tensor("names", .bytes, [-1])],
          outputs: [tensor("ids", .int64, [-1]), tensor("names", .bytes, [-1])]
        )
      )
    ),
    endpoint(
      "files",
      Manifest(
        preprocessing: Preprocessing(
          kind: .byteWindow(ByteWindow(tensor: "bytes", beginningCount: 4, endCount: 4))
        )
      )
    ),
    endpoint("away", matrix),
    endpoint("broken", matrix),
    endpoint("silent", matrix),
    endpoint(
      "silent-numbers",
      Manifest(
        preprocessing: Preprocessing(
          kind: .table(
            TablePreprocessing(
              tensor: "x",
              columns: [FittedColumn(name: "n", encoding: .number(FittedNumber(scale: 1)))]
            )
          )
        )
      )
    ),
    endpoint(
      "silent-doubles",
      Manifest(
        signature: Signature(
          inputs: [tensor("x", .fp64, [-1])],
          outputs: [tensor("y", .fp64, [-1])]
        )
      )
    ),
  ]

  private static let matrix = Manifest(
    signature: Signature(
      inputs: [tensor("x", .fp32, [-1, 2])],
      outputs: [tensor("y", .fp32, [-1, 2])]
    )
  )

  private static func endpoint(_ name: String, _ manifest: Manifest) -> Endpoint {
    Endpoint(
      name: name,
      kind: .managed,
      status: .inService,
      variants: [Variant(name: "main", model: "m", modelVersion: 3, manifest: manifest)]
    )
  }
}

/// The endpoints of the test.
private struct EndpointList: EndpointsService {
  func watchEndpoints(
    _ request: WatchEndpointsRequest,
    to responses: ResponseWriter<WatchEndpointsResponse>,
    context: CallContext
  ) async throws {
    for endpoint in TestBalancer.endpoints {
      try await responses.write(
        WatchEndpointsResponse(
          event: .changed(WatchEndpointsResponse.Changed(account: "default", endpoint: endpoint))
        )
      )
    }
    try await responses.write(WatchEndpointsResponse(event: .isSnapshotEnd(true)))
    await cancellation()
  }

  func listEndpoints(
    _ request: ListEndpointsRequest,
    context: CallContext
  ) async throws -> ListEndpointsResponse {
    ListEndpointsResponse(
      endpoints: [Endpoint(name: "account-\(context.principal?.account ?? "none")")]
    )
  }

  func createEndpoint(
    _ request: CreateEndpointRequest,
    context: CallContext
  ) async throws -> CreateEndpointResponse {
    CreateEndpointResponse(endpoint: Endpoint(name: request.name))
  }

  func describeEndpoint(
    _ request: DescribeEndpointRequest,
    context: CallContext
  ) async throws -> DescribeEndpointResponse { throw RPCError(.notFound, "none") }

  func deleteEndpoint(
    _ request: DeleteEndpointRequest,
    context: CallContext
  ) async throws -> DeleteEndpointResponse { throw RPCError(.notFound, "none") }

  func listHosts(
    _ request: ListHostsRequest,
    context: CallContext
  ) async throws -> ListHostsResponse { ListHostsResponse() }
}

/// Answers predictions with what came: tensors as they are, of rows the first column's numbers and
/// the second one's words, of bytes their number.
final class Predictions: InferenceService {
  private let log = Mutex<[TestBalancer.Seen]>([])
  private let cancelled = Atomic(0)

  /// What `broken` says, and no key's holder may hear.
  static let innerWords = "host-7: /srv/models/m/1/model.onnx cannot be read"

  var seen: [TestBalancer.Seen] { log.withLock { $0 } }
  /// Calls to `silent` whose caller gave up.
  var cancelledCount: Int { cancelled.load(ordering: .relaxed) }

  func predict(
    _ request: PredictRequest,
    context: CallContext
  ) async throws -> PredictResponse {
    log.withLock {
      $0.append(
        TestBalancer.Seen(
          target: context.target,
          principal: context.principal,
          metadata: context.metadata,
          trace: context.trace
        )
      )
    }
    if context.target == "endpoints/away" {
      throw RPCError(.unavailable, "no replica is ready", retryAfter: .milliseconds(1500))
    }
    if context.target == "endpoints/broken" {
      throw RPCError(
        .internal,
        Predictions.innerWords,
        details: [RPCError.Detail(typeURL: "inner", value: Bytes(Predictions.innerWords))]
      )
    }
    if context.target.hasPrefix("endpoints/silent") {
      await cancellation()
      cancelled.add(1, ordering: .relaxed)
    }
    return PredictResponse(
      outputs: Predictions.outputs(request),
      model: "m",
      modelVersion: 3,
      host: "test"
    )
  }

  private static func outputs(_ request: PredictRequest) -> [Tensor] {
    switch request.input {
    case .tensors(let input)?:
      return input.tensors.map { tensor in
        var tensor = tensor
        if tensor.name == "x" { tensor.name = "y" }
        return tensor
      }
    case .bytes(let input)?:
      return [
        Tensor(
          name: "label",
          dataType: .bytes,
          shape: [1],
          elements: input.items.map { Bytes("\($0.count) bytes, \"\($0.utf8Text ?? "binary")\"") }
        )
      ]
    case .table(let table)?:
      return table.columns.map { column in
        switch column.cells {
        case .numbers(let cells)?:
          Tensor(
            name: column.name,
            dataType: .fp64,
            shape: [Int64(table.rowCount)],
            data: Bytes(
              cells.values.indices.flatMap { row -> [UInt8] in
                let isMissing =
                  !cells.missing.isEmpty && cells.missing[row / 8] >> (row % 8) & 1 == 1
                let bits = (isMissing ? Double.nan : cells.values[row]).bitPattern.littleEndian
                return withUnsafeBytes(of: bits) { Array($0) }
              }
            )
          )
        case .texts(let cells)?:
          Tensor(
            name: column.name,
            dataType: .bytes,
            shape: [Int64(table.rowCount)],
            elements: cells.values.map { Bytes($0) }
          )
        case nil: Tensor()
        }
      }
    case nil: return []
    }
  }
}

/// Returns when the caller has given up.
private func cancellation() async {
  let (never, continuation) = AsyncStream.makeStream(of: Void.self)
  for await _ in never {}
  withExtendedLifetime(continuation) {}
}
