import Testing

@testable import ProtocolGenerator

/// A small proto and every line that is written for it. `protos/generate --check` compares the
/// large ones; this says what a change of the generator changes.
@Suite("Generated code")
struct GoldenTests {
  private var file: ProtoFile {
    var text = ProtoField(name: "text", number: 1, kind: .string)
    text.comment = " What was said.\n"
    let child = ProtoField(name: "child", number: 2, kind: .message, typeName: "p.Node")
    let ratio = ProtoField(name: "ratio", number: 3, kind: .double, oneofIndex: 0)
    let raw = ProtoField(name: "raw", number: 4, kind: .bytes, oneofIndex: 0, isSlice: true)
    let message = ProtoMessage(
      name: "Node",
      fullName: "p.Node",
      comment: " A node.\n",
      fields: [text, child, ratio, raw],
      oneofs: ["body"]
    )
    let method = ProtoMethod(
      name: "Walk",
      input: "p.Node",
      output: "p.Node",
      isServerStreaming: true,
      options: ProtoMethodOptions(maximumMessageBytes: 9),
      comment: " Walks.\n"
    )
    return ProtoFile(
      name: "p/node.proto",
      package: "p",
      syntax: "proto3",
      messages: [message],
      services: [ProtoService(name: "Tree", fullName: "p.Tree", methods: [method])]
    )
  }

  private func generate() throws -> [GeneratedFile] {
    var request = PluginRequest()
    request.filesToGenerate = ["p/node.proto"]
    request.parameter = "c_module=CNodes"
    request.files = [file]
    guard case .files(let files) = Generator.run(request) else {
      throw DescriptorError("the generator refused the file")
    }
    return files
  }

  @Test("a message becomes exactly this")
  func message() throws {
    #expect(
      try generate()[0].content == """
        // Generated from p/node.proto by protos/generate; never edited by hand.
        // swift-format-ignore-file

        internal import CNodes
        import Primitives
        import WireCodec

        /// A node.
        public struct Node: CBackedMessage {
          /// What was said.
          public var text: String = ""
          private var childBox: RecursiveBox<Node>?
          public var child: Node? {
            get { self.childBox?.value }
            set { self.childBox = newValue.map(RecursiveBox.init) }
          }
          public var body: Body?

          public enum Body: Sendable, Equatable {
            case ratio(Double)
            case raw(Bytes)
          }

          public init() {}

          public init(
            text: String = "",
            child: Node? = nil,
            body: Body? = nil
          ) {
            self.text = text
            self.childBox = child.map(RecursiveBox.init)
            self.body = body
          }

          public static let messageName = "p.Node"

          public var description: String {
            var text = MessageDescription("Node")
            text.add("text", self.text)
            text.add("child", self.child)
            switch self.body {
            case .ratio(let value)?: text.addChosen("ratio", value)
            case .raw(let value)?: text.addChosen("raw", value)
            case nil: break
            }
            return text.text
          }

          public static let schema = MessageSchema(
            structBytes: MemoryLayout<P__Node>.size,
            slices: [
              .init("p.Node", 4),
            ],
          ) {
            p__node__init($0.assumingMemoryBound(to: P__Node.self))
          }

          public init(unpacked message: UnsafeRawPointer, source: Bytes) {
            let c = message.assumingMemoryBound(to: P__Node.self)
            self.text = Unpacked.text(c.pointee.text)
            self.childBox = (Unpacked.message(c.pointee.child, source) as Node?)\
        .map(RecursiveBox.init)
            switch c.pointee.body_case.rawValue {
            case 3: self.body = .ratio(c.pointee.ratio)
            case 4: self.body = .raw(Unpacked.slice(c.pointee.raw.data, c.pointee.raw.len, source))
            default: self.body = nil
            }
          }

          public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
            let c = message.assumingMemoryBound(to: P__Node.self)
            p__node__init(c)
            if !self.text.isEmpty {
              c.pointee.text = arena.text(self.text)
            }
            if let value = self.child {
              c.pointee.child = arena.message(value)
            }
            switch self.body {
            case .ratio(let value)?:
              c.pointee.body_case = .init(rawValue: 3)
              c.pointee.ratio = value
            case .raw(let value)?:
              c.pointee.body_case = .init(rawValue: 4)
              c.pointee.raw.len = value.count
              c.pointee.raw.data = arena.slice(value)
            case nil: break
            }
          }
        }

        """
    )
  }

  @Test("a service becomes exactly this")
  func service() throws {
    #expect(
      try generate()[1].content == """
        // Generated from p/node.proto by protos/generate; never edited by hand.
        // swift-format-ignore-file

        import Primitives
        import RPC
        import RPCRuntime
        import WireCodec

        /// The methods of `p.Tree`.
        public enum TreeMethods {
          public static let walk = Method(
            service: "p.Tree", name: "Walk", kind: .serverStreaming,
            options: MethodOptions(
              maximumMessageBytes: 9))

          public static let all: [Method] = [walk]
        }

        public protocol TreeService: Service {
          /// Walks.
          func walk(
            _ request: Node,
            to responses: ResponseWriter<Node>,
            context: CallContext
          ) async throws
        }

        extension TreeService {
          /// One handler for each method, for a router.
          public var handlers: [MethodHandler] {
            [
              .serverStreaming(TreeMethods.walk) {
                try await self.walk($0, to: $1, context: $2)
              },
            ]
          }
        }

        /// Calls `p.Tree` over a channel.
        public struct TreeClient: Sendable {
          public let channel: any CallChannel

          public init(_ channel: any CallChannel) { self.channel = channel }

          /// Walks.
          public func walk<Result>(
            _ request: Node,
            options: CallOptions = CallOptions(),
            _ body: (ResponseStream<Node>) async throws -> Result
          ) async throws -> Result {
            try await channel.serverStreaming(
              TreeMethods.walk, request, options: options, body)
          }
        }

        """
    )
  }

  typealias Change = @Sendable (inout ProtoField) -> Void

  static let unsupported: [(String, Change)] = [
    ("p.Node.text: proto3 optional", { $0.isOptional = true }),
    ("p.Node.text: (martlet.slice) is only for bytes", { $0.isSlice = true }),
    ("p.Node.self: Swift cannot reach", { $0.name = "self" }),
    (
      "p.Node.text: q.Other is not among",
      {
        $0.kind = .message
        $0.typeName = "q.Other"
      }
    ),
    ("p.Node.text: groups", { $0.kind = .group }),
  ]

  @Test("what the codec cannot carry is refused by name", arguments: unsupported.indices)
  func refusals(index: Int) {
    let (problem, change) = GoldenTests.unsupported[index]
    var request = PluginRequest()
    var file = file
    change(&file.messages[0].fields[0])
    request.filesToGenerate = [file.name]
    request.parameter = "c_module=CNodes"
    request.files = [file]
    guard case .failure(let text) = Generator.run(request) else {
      Issue.record("accepted: \(problem)")
      return
    }
    #expect(text.hasPrefix(problem))
  }

  @Test("two types with one Swift name, and a name of Swift's own, are refused")
  func clashes() {
    var other = file
    other.name = "q/node.proto"
    other.package = "q"
    other.messages[0].fullName = "q.Node"
    other.messages[0].fields.removeAll { $0.kind == .message }
    other.services = []
    let registry = TypeRegistry([file, other])
    #expect(
      ProtoCheck.problems([file, other], registry)
        == ["q.Node: p.Node has the Swift name Node too; set swift_prefix"]
    )
    other.messages[0].name = "String"
    #expect(
      ProtoCheck.problems([other], TypeRegistry([other]))
        == ["q.Node: the Swift name String is taken; set swift_prefix"]
    )
  }
}
