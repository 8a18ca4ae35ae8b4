/// Descriptors written by hand, as protoc sends them.
struct DescriptorBytes {
  private(set) var bytes: [UInt8] = []

  init(_ body: (inout DescriptorBytes) -> Void) { body(&self) }

  mutating func varint(_ number: Int, _ value: Int) { bytes += varint(number << 3) + varint(value) }

  mutating func text(_ number: Int, _ text: String) { content(number, Array(text.utf8)) }

  mutating func message(_ number: Int, _ body: (inout DescriptorBytes) -> Void) {
    content(number, DescriptorBytes(body).bytes)
  }

  mutating func content(_ number: Int, _ content: [UInt8]) {
    bytes += varint(number << 3 | 2) + varint(content.count) + content
  }

  private func varint(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  /// A proto file with one message, one service, options and comments, and what it imports.
  static func files(at number: Int) -> [UInt8] {
    DescriptorBytes { set in
      set.message(number) { file in
        file.text(1, "martlet/options/v1/options.proto")
        file.text(2, "martlet")
        file.message(7) { field in field.text(1, "slice") }
        file.text(12, "proto3")
      }
      set.message(number) { file in
        file.text(1, "a/v1/thing.proto")
        file.text(2, "a.v1")
        file.text(3, "martlet/options/v1/options.proto")
        file.message(4) { message in
          message.text(1, "Thing")
          message.message(2) { field in
            field.text(1, "payload")
            field.varint(3, 7)
            field.varint(4, 1)
            field.varint(5, 12)
            field.message(8) { $0.varint(51001, 1) }
          }
        }
        file.message(6) { service in
          service.text(1, "Things")
          service.message(2) { method in
            method.text(1, "Get")
            method.text(2, ".a.v1.Thing")
            method.text(3, ".a.v1.Thing")
            method.message(4) { options in
              options.varint(51010, 1)
              options.text(51011, "gateway")
              options.text(51011, "balancer")
              options.varint(51012, 300)
              options.varint(51013, 100_000)
              options.varint(51014, 268_435_456)
            }
            method.varint(6, 1)
          }
        }
        file.message(8) { $0.text(39, "Ax") }
        file.message(9) { info in
          info.message(1) { location in
            location.content(1, [4, 0, 2, 0])
            location.text(3, " The bytes.\n Really.\n")
          }
        }
        file.text(12, "proto3")
      }
    }.bytes
  }
}
