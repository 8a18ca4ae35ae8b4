// Generated from martlet/models/v1/blobs.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

public struct DescribeBlobRequest: CBackedMessage {
  public var sha256: Bytes = Bytes()

  public init() {}

  public init(
    sha256: Bytes = Bytes()
  ) {
    self.sha256 = sha256
  }

  public static let messageName = "martlet.models.v1.DescribeBlobRequest"

  public var description: String {
    var text = MessageDescription("DescribeBlobRequest")
    text.add("sha256", self.sha256)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DescribeBlobRequest>.size,
  ) {
    martlet__models__v1__describe_blob_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__DescribeBlobRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeBlobRequest.self)
    self.sha256 = Unpacked.bytes(c.pointee.sha256.data, c.pointee.sha256.len)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeBlobRequest.self)
    martlet__models__v1__describe_blob_request__init(c)
    if !self.sha256.isEmpty {
      c.pointee.sha256.len = self.sha256.count
      c.pointee.sha256.data = arena.bytes(self.sha256)
    }
  }
}

public struct DescribeBlobResponse: CBackedMessage {
  public var state: DescribeBlobResponse.State = DescribeBlobResponse.State()
  public var receivedBytes: UInt64 = 0

  public enum State: WireEnum {
    /// The account has sent nothing of it.
    case absent
    /// `received_bytes` are here and on disk: go on from there.
    case partial
    /// The account has it, whole and on disk. It stays for three quarters of the grace of
    /// DescribeGarbage at least, so that something can be made of it.
    case present
    /// A number that has no name here.
    case unrecognized(Int32)

    public init() { self = .absent }

    public init(rawValue: Int32) {
      switch rawValue {
      case 0: self = .absent
      case 1: self = .partial
      case 2: self = .present
      default: self = .unrecognized(rawValue)
      }
    }

    public var rawValue: Int32 {
      switch self {
      case .absent: 0
      case .partial: 1
      case .present: 2
      case .unrecognized(let number): number
      }
    }
  }

  public init() {}

  public init(
    state: DescribeBlobResponse.State = DescribeBlobResponse.State(),
    receivedBytes: UInt64 = 0
  ) {
    self.state = state
    self.receivedBytes = receivedBytes
  }

  public static let messageName = "martlet.models.v1.DescribeBlobResponse"

  public var description: String {
    var text = MessageDescription("DescribeBlobResponse")
    text.add("state", self.state)
    text.add("receivedBytes", self.receivedBytes)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DescribeBlobResponse>.size,
  ) {
    martlet__models__v1__describe_blob_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__DescribeBlobResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeBlobResponse.self)
    self.state = DescribeBlobResponse.State(rawValue: Int32(truncatingIfNeeded: c.pointee.state.rawValue))
    self.receivedBytes = c.pointee.received_bytes
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeBlobResponse.self)
    martlet__models__v1__describe_blob_response__init(c)
    c.pointee.state = .init(rawValue: .init(truncatingIfNeeded: self.state.rawValue))
    c.pointee.received_bytes = self.receivedBytes
  }
}

/// First `begin`, then `chunk`s.
public struct UploadBlobRequest: CBackedMessage {
  public var part: Part?

  public enum Part: Sendable, Equatable {
    case begin(UploadBlobRequest.Start)
    /// 1 byte to 512 KiB.
    case chunk(Bytes)
  }

  public struct Start: CBackedMessage {
    public var sha256: Bytes = Bytes()
    public var sizeBytes: UInt64 = 0
    /// Where the first chunk belongs: at most what DescribeBlob says is here.
    public var offset: UInt64 = 0

    public init() {}

    public init(
      sha256: Bytes = Bytes(),
      sizeBytes: UInt64 = 0,
      offset: UInt64 = 0
    ) {
      self.sha256 = sha256
      self.sizeBytes = sizeBytes
      self.offset = offset
    }

    public static let messageName = "martlet.models.v1.UploadBlobRequest.Start"

    public var description: String {
      var text = MessageDescription("Start")
      text.add("sha256", self.sha256)
      text.add("sizeBytes", self.sizeBytes)
      text.add("offset", self.offset)
      return text.text
    }

    public static let schema = MessageSchema(
      structBytes: MemoryLayout<Martlet__Models__V1__UploadBlobRequest__Start>.size,
    ) {
      martlet__models__v1__upload_blob_request__start__init($0.assumingMemoryBound(to: Martlet__Models__V1__UploadBlobRequest__Start.self))
    }

    public init(unpacked message: UnsafeRawPointer, source: Bytes) {
      let c = message.assumingMemoryBound(to: Martlet__Models__V1__UploadBlobRequest__Start.self)
      self.sha256 = Unpacked.bytes(c.pointee.sha256.data, c.pointee.sha256.len)
      self.sizeBytes = c.pointee.size_bytes
      self.offset = c.pointee.offset
    }

    public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
      let c = message.assumingMemoryBound(to: Martlet__Models__V1__UploadBlobRequest__Start.self)
      martlet__models__v1__upload_blob_request__start__init(c)
      if !self.sha256.isEmpty {
        c.pointee.sha256.len = self.sha256.count
        c.pointee.sha256.data = arena.bytes(self.sha256)
      }
      c.pointee.size_bytes = self.sizeBytes
      c.pointee.offset = self.offset
    }
  }

  public init() {}

  public init(
    part: Part? = nil
  ) {
    self.part = part
  }

  public static let messageName = "martlet.models.v1.UploadBlobRequest"

  public var description: String {
    var text = MessageDescription("UploadBlobRequest")
    switch self.part {
    case .begin(let value)?: text.addChosen("begin", value)
    case .chunk(let value)?: text.addChosen("chunk", value)
    case nil: break
    }
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__UploadBlobRequest>.size,
    slices: [
      .init("martlet.models.v1.UploadBlobRequest", 2),
    ],
  ) {
    martlet__models__v1__upload_blob_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__UploadBlobRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__UploadBlobRequest.self)
    switch c.pointee.part_case.rawValue {
    case 1:
      self.part = (Unpacked.message(c.pointee.begin, source) as UploadBlobRequest.Start?).map { .begin($0) }
    case 2: self.part = .chunk(Unpacked.slice(c.pointee.chunk.data, c.pointee.chunk.len, source))
    default: self.part = nil
    }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__UploadBlobRequest.self)
    martlet__models__v1__upload_blob_request__init(c)
    switch self.part {
    case .begin(let value)?:
      c.pointee.part_case = .init(rawValue: 1)
      c.pointee.begin = arena.message(value)
    case .chunk(let value)?:
      c.pointee.part_case = .init(rawValue: 2)
      c.pointee.chunk.len = value.count
      c.pointee.chunk.data = arena.slice(value)
    case nil: break
    }
  }
}

public struct UploadBlobResponse: CBackedMessage {
  /// The blob is whole, its digest right, and it is on disk.
  public var isComplete: Bool = false
  public var receivedBytes: UInt64 = 0

  public init() {}

  public init(
    isComplete: Bool = false,
    receivedBytes: UInt64 = 0
  ) {
    self.isComplete = isComplete
    self.receivedBytes = receivedBytes
  }

  public static let messageName = "martlet.models.v1.UploadBlobResponse"

  public var description: String {
    var text = MessageDescription("UploadBlobResponse")
    text.add("isComplete", self.isComplete)
    text.add("receivedBytes", self.receivedBytes)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__UploadBlobResponse>.size,
  ) {
    martlet__models__v1__upload_blob_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__UploadBlobResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__UploadBlobResponse.self)
    self.isComplete = c.pointee.is_complete != 0
    self.receivedBytes = c.pointee.received_bytes
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__UploadBlobResponse.self)
    martlet__models__v1__upload_blob_response__init(c)
    c.pointee.is_complete = self.isComplete ? 1 : 0
    c.pointee.received_bytes = self.receivedBytes
  }
}

public struct DownloadBlobRequest: CBackedMessage {
  public var sha256: Bytes = Bytes()
  public var offset: UInt64 = 0
  /// 0 = up to the end.
  public var lengthBytes: UInt64 = 0

  public init() {}

  public init(
    sha256: Bytes = Bytes(),
    offset: UInt64 = 0,
    lengthBytes: UInt64 = 0
  ) {
    self.sha256 = sha256
    self.offset = offset
    self.lengthBytes = lengthBytes
  }

  public static let messageName = "martlet.models.v1.DownloadBlobRequest"

  public var description: String {
    var text = MessageDescription("DownloadBlobRequest")
    text.add("sha256", self.sha256)
    text.add("offset", self.offset)
    text.add("lengthBytes", self.lengthBytes)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DownloadBlobRequest>.size,
  ) {
    martlet__models__v1__download_blob_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__DownloadBlobRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DownloadBlobRequest.self)
    self.sha256 = Unpacked.bytes(c.pointee.sha256.data, c.pointee.sha256.len)
    self.offset = c.pointee.offset
    self.lengthBytes = c.pointee.length_bytes
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DownloadBlobRequest.self)
    martlet__models__v1__download_blob_request__init(c)
    if !self.sha256.isEmpty {
      c.pointee.sha256.len = self.sha256.count
      c.pointee.sha256.data = arena.bytes(self.sha256)
    }
    c.pointee.offset = self.offset
    c.pointee.length_bytes = self.lengthBytes
  }
}

public struct DownloadBlobResponse: CBackedMessage {
  public var chunk: Bytes = Bytes()

  public init() {}

  public init(
    chunk: Bytes = Bytes()
  ) {
    self.chunk = chunk
  }

  public static let messageName = "martlet.models.v1.DownloadBlobResponse"

  public var description: String {
    var text = MessageDescription("DownloadBlobResponse")
    text.add("chunk", self.chunk)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DownloadBlobResponse>.size,
    slices: [
      .init("martlet.models.v1.DownloadBlobResponse", 1),
    ],
  ) {
    martlet__models__v1__download_blob_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__DownloadBlobResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DownloadBlobResponse.self)
    self.chunk = Unpacked.slice(c.pointee.chunk.data, c.pointee.chunk.len, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DownloadBlobResponse.self)
    martlet__models__v1__download_blob_response__init(c)
    if !self.chunk.isEmpty {
      c.pointee.chunk.len = self.chunk.count
      c.pointee.chunk.data = arena.slice(self.chunk)
    }
  }
}

/// A blob of the account that no version, dataset or endpoint refers to.
public struct UnusedBlob: CBackedMessage {
  public var sha256: Bytes = Bytes()
  public var sizeBytes: UInt64 = 0
  /// When it was uploaded, or the last thing that referred to it was deleted.
  public var unusedSinceUnixUs: Int64 = 0

  public init() {}

  public init(
    sha256: Bytes = Bytes(),
    sizeBytes: UInt64 = 0,
    unusedSinceUnixUs: Int64 = 0
  ) {
    self.sha256 = sha256
    self.sizeBytes = sizeBytes
    self.unusedSinceUnixUs = unusedSinceUnixUs
  }

  public static let messageName = "martlet.models.v1.UnusedBlob"

  public var description: String {
    var text = MessageDescription("UnusedBlob")
    text.add("sha256", self.sha256)
    text.add("sizeBytes", self.sizeBytes)
    text.add("unusedSinceUnixUs", self.unusedSinceUnixUs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__UnusedBlob>.size,
  ) {
    martlet__models__v1__unused_blob__init($0.assumingMemoryBound(to: Martlet__Models__V1__UnusedBlob.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__UnusedBlob.self)
    self.sha256 = Unpacked.bytes(c.pointee.sha256.data, c.pointee.sha256.len)
    self.sizeBytes = c.pointee.size_bytes
    self.unusedSinceUnixUs = c.pointee.unused_since_unix_us
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__UnusedBlob.self)
    martlet__models__v1__unused_blob__init(c)
    if !self.sha256.isEmpty {
      c.pointee.sha256.len = self.sha256.count
      c.pointee.sha256.data = arena.bytes(self.sha256)
    }
    c.pointee.size_bytes = self.sizeBytes
    c.pointee.unused_since_unix_us = self.unusedSinceUnixUs
  }
}

public struct DescribeGarbageRequest: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.models.v1.DescribeGarbageRequest"

  public var description: String {
    let text = MessageDescription("DescribeGarbageRequest")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DescribeGarbageRequest>.size,
  ) {
    martlet__models__v1__describe_garbage_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__DescribeGarbageRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeGarbageRequest.self)
    martlet__models__v1__describe_garbage_request__init(c)
  }
}

public struct DescribeGarbageResponse: CBackedMessage {
  /// What CollectGarbage would remove now.
  public var blobCount: UInt64 = 0
  public var blobBytes: UInt64 = 0
  /// The first 1 000 of them, longest unused first.
  public var blobs: [UnusedBlob] = []
  /// Unused as well, but not for long enough.
  public var recentBlobCount: UInt64 = 0
  public var recentBlobBytes: UInt64 = 0
  /// For how long a blob must be unused.
  public var graceSeconds: UInt64 = 0

  public init() {}

  public init(
    blobCount: UInt64 = 0,
    blobBytes: UInt64 = 0,
    blobs: [UnusedBlob] = [],
    recentBlobCount: UInt64 = 0,
    recentBlobBytes: UInt64 = 0,
    graceSeconds: UInt64 = 0
  ) {
    self.blobCount = blobCount
    self.blobBytes = blobBytes
    self.blobs = blobs
    self.recentBlobCount = recentBlobCount
    self.recentBlobBytes = recentBlobBytes
    self.graceSeconds = graceSeconds
  }

  public static let messageName = "martlet.models.v1.DescribeGarbageResponse"

  public var description: String {
    var text = MessageDescription("DescribeGarbageResponse")
    text.add("blobCount", self.blobCount)
    text.add("blobBytes", self.blobBytes)
    text.add("blobs", self.blobs)
    text.add("recentBlobCount", self.recentBlobCount)
    text.add("recentBlobBytes", self.recentBlobBytes)
    text.add("graceSeconds", self.graceSeconds)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DescribeGarbageResponse>.size,
  ) {
    martlet__models__v1__describe_garbage_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__DescribeGarbageResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeGarbageResponse.self)
    self.blobCount = c.pointee.blob_count
    self.blobBytes = c.pointee.blob_bytes
    self.blobs = Unpacked.messages(c.pointee.blobs, c.pointee.n_blobs, source)
    self.recentBlobCount = c.pointee.recent_blob_count
    self.recentBlobBytes = c.pointee.recent_blob_bytes
    self.graceSeconds = c.pointee.grace_seconds
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeGarbageResponse.self)
    martlet__models__v1__describe_garbage_response__init(c)
    c.pointee.blob_count = self.blobCount
    c.pointee.blob_bytes = self.blobBytes
    if !self.blobs.isEmpty {
      c.pointee.n_blobs = self.blobs.count
      c.pointee.blobs = arena.messages(self.blobs)
    }
    c.pointee.recent_blob_count = self.recentBlobCount
    c.pointee.recent_blob_bytes = self.recentBlobBytes
    c.pointee.grace_seconds = self.graceSeconds
  }
}

public struct CollectGarbageRequest: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.models.v1.CollectGarbageRequest"

  public var description: String {
    let text = MessageDescription("CollectGarbageRequest")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__CollectGarbageRequest>.size,
  ) {
    martlet__models__v1__collect_garbage_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__CollectGarbageRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__CollectGarbageRequest.self)
    martlet__models__v1__collect_garbage_request__init(c)
  }
}

public struct CollectGarbageResponse: CBackedMessage {
  /// What the account does not have any more.
  public var blobCount: UInt64 = 0
  public var blobBytes: UInt64 = 0
  /// Of that, what left the disk: another account may have the same bytes.
  public var freedBytes: UInt64 = 0
  /// More than one call may remove is there: call again.
  public var continues: Bool = false

  public init() {}

  public init(
    blobCount: UInt64 = 0,
    blobBytes: UInt64 = 0,
    freedBytes: UInt64 = 0,
    continues: Bool = false
  ) {
    self.blobCount = blobCount
    self.blobBytes = blobBytes
    self.freedBytes = freedBytes
    self.continues = continues
  }

  public static let messageName = "martlet.models.v1.CollectGarbageResponse"

  public var description: String {
    var text = MessageDescription("CollectGarbageResponse")
    text.add("blobCount", self.blobCount)
    text.add("blobBytes", self.blobBytes)
    text.add("freedBytes", self.freedBytes)
    text.add("continues", self.continues)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__CollectGarbageResponse>.size,
  ) {
    martlet__models__v1__collect_garbage_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__CollectGarbageResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__CollectGarbageResponse.self)
    self.blobCount = c.pointee.blob_count
    self.blobBytes = c.pointee.blob_bytes
    self.freedBytes = c.pointee.freed_bytes
    self.continues = c.pointee.continues != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__CollectGarbageResponse.self)
    martlet__models__v1__collect_garbage_response__init(c)
    c.pointee.blob_count = self.blobCount
    c.pointee.blob_bytes = self.blobBytes
    c.pointee.freed_bytes = self.freedBytes
    c.pointee.continues = self.continues ? 1 : 0
  }
}
