/// Writes a service: its methods, the protocol that a server implements, and the client.
struct ServiceWriter {
  private let service: ProtoService
  private let registry: TypeRegistry
  private let base: String

  init(_ service: ProtoService, prefix: String, _ registry: TypeRegistry) {
    self.service = service
    self.registry = registry
    base = prefix + SwiftName.type(service.name)
  }

  private var methodsName: String { base + "Methods" }
  /// `Echo` → `EchoService`; `TestService` stays as it is.
  private var protocolName: String { base.hasSuffix("Service") ? base : base + "Service" }

  func write(to writer: inout SourceWriter) {
    writeMethods(to: &writer)
    writer.line()
    writeProtocol(to: &writer)
    writer.line()
    writeHandlers(to: &writer)
    writer.line()
    writeClient(to: &writer)
  }

  // MARK: Methods

  private func writeMethods(to writer: inout SourceWriter) {
    writer.line("/// The methods of `\(service.fullName)`.")
    writer.block("public enum \(methodsName)") { body in
      for method in service.methods {
        let kind = handlerKind(method)
        body.line("public static let \(name(method)) = Method(")
        body.line("  service: \"\(service.fullName)\", name: \"\(method.name)\", kind: .\(kind),")
        let arguments = optionArguments(method.options)
        if arguments.isEmpty {
          body.line("  options: MethodOptions())")
        } else {
          body.line("  options: MethodOptions(")
          body.line("    \(arguments.joined(separator: ",\n      "))))")
        }
      }
      body.line()
      let names = service.methods.map(name)
      body.line("public static let all: [Method] = [\(names.joined(separator: ", "))]")
    }
  }

  private func optionArguments(_ options: ProtoMethodOptions) -> [String] {
    var arguments: [String] = []
    if let idempotent = options.idempotent { arguments.append("isIdempotent: \(idempotent)") }
    if !options.allowedPeers.isEmpty {
      let peers = options.allowedPeers.map { "\"\($0)\"" }.joined(separator: ", ")
      arguments.append("allowedPeers: [\(peers)]")
    }
    if let timeout = options.defaultTimeoutMilliseconds {
      arguments.append("defaultTimeout: .milliseconds(\(timeout))")
    }
    if let timeout = options.maximumTimeoutMilliseconds {
      arguments.append("maximumTimeout: .milliseconds(\(timeout))")
    }
    if let bytes = options.maximumMessageBytes {
      arguments.append("maximumMessageBytes: \(bytes)")
    }
    return arguments
  }

  // MARK: Server

  private func writeProtocol(to writer: inout SourceWriter) {
    writer.documentation(service.comment)
    writer.block("public protocol \(protocolName): Service") { body in
      for method in service.methods {
        let input = registry.name(method.input)
        let output = registry.name(method.output)
        body.documentation(method.comment)
        body.line("func \(name(method))(")
        body.line(
          method.isClientStreaming
            ? "  _ requests: RequestStream<\(input)>," : "  _ request: \(input),"
        )
        if method.isServerStreaming {
          body.line("  to responses: ResponseWriter<\(output)>,")
        }
        body.line("  context: CallContext")
        body.line(method.isServerStreaming ? ") async throws" : ") async throws -> \(output)")
      }
    }
  }

  private func writeHandlers(to writer: inout SourceWriter) {
    writer.block("extension \(protocolName)") { body in
      body.line("/// One handler for each method, for a router.")
      body.block("public var handlers: [MethodHandler]") { body in
        body.line("[")
        for method in service.methods {
          let kind = handlerKind(method)
          let arguments =
            method.isServerStreaming ? "$0, to: $1, context: $2" : "$0, context: $1"
          body.line("  .\(kind)(\(methodsName).\(name(method))) {")
          body.line("    try await self.\(name(method))(\(arguments))")
          body.line("  },")
        }
        body.line("]")
      }
    }
  }

  private func handlerKind(_ method: ProtoMethod) -> String {
    switch (method.isClientStreaming, method.isServerStreaming) {
    case (false, false): "unary"
    case (false, true): "serverStreaming"
    case (true, false): "clientStreaming"
    case (true, true): "bidirectional"
    }
  }

  // MARK: Client

  private func writeClient(to writer: inout SourceWriter) {
    writer.line("/// Calls `\(service.fullName)` over a channel.")
    writer.block("public struct \(base)Client: Sendable") { body in
      body.line("public let channel: any CallChannel")
      body.line()
      body.line("public init(_ channel: any CallChannel) { self.channel = channel }")
      for method in service.methods {
        body.line()
        body.documentation(method.comment)
        writeCall(method, to: &body)
      }
    }
  }

  private func writeCall(_ method: ProtoMethod, to writer: inout SourceWriter) {
    let input = registry.name(method.input)
    let output = registry.name(method.output)
    let descriptor = "\(methodsName).\(name(method))"
    let hasBody = method.isClientStreaming || method.isServerStreaming
    let writesRequests = "RequestWriter<\(input)>"
    let readsResponses = "ResponseStream<\(output)>"
    writer.line("public func \(name(method))\(method.isServerStreaming ? "<Result>" : "")(")
    if !method.isClientStreaming { writer.line("  _ request: \(input),") }
    writer.line("  options: CallOptions = CallOptions()\(hasBody ? "," : "")")
    switch (method.isClientStreaming, method.isServerStreaming) {
    case (false, false):
      writer.block(") async throws(RPCError) -> \(output)") { body in
        body.line("try await channel.unary(\(descriptor), request, options: options)")
      }
    case (false, true):
      writer.line("  _ body: (\(readsResponses)) async throws -> Result")
      writer.block(") async throws -> Result") { body in
        body.line("try await channel.serverStreaming(")
        body.line("  \(descriptor), request, options: options, body)")
      }
    case (true, false):
      writer.line("  _ body: (\(writesRequests)) async throws -> Void")
      writer.block(") async throws -> \(output)") { body in
        body.line("try await channel.clientStreaming(\(descriptor), options: options, body)")
      }
    case (true, true):
      writer.line("  _ body: (\(writesRequests), \(readsResponses)) async throws -> Result")
      writer.block(") async throws -> Result") { body in
        body.line("try await channel.bidirectional(\(descriptor), options: options, body)")
      }
    }
  }

  private func name(_ method: ProtoMethod) -> String { SwiftName.method(method.name) }
}
