// Generated from grpc/health/v1/health.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

public struct HealthCheckRequest: CBackedMessage {
  /// The full name of a service; empty means the whole server.
  public var service: String = ""

  public init() {}

  public init(
    service: String = ""
  ) {
    self.service = service
  }

  public static let messageName = "grpc.health.v1.HealthCheckRequest"

  public var description: String {
    var text = MessageDescription("HealthCheckRequest")
    text.add("service", self.service)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Health__V1__HealthCheckRequest>.size,
  ) {
    grpc__health__v1__health_check_request__init($0.assumingMemoryBound(to: Grpc__Health__V1__HealthCheckRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Health__V1__HealthCheckRequest.self)
    self.service = Unpacked.text(c.pointee.service)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Health__V1__HealthCheckRequest.self)
    grpc__health__v1__health_check_request__init(c)
    if !self.service.isEmpty {
      c.pointee.service = arena.text(self.service)
    }
  }
}

public struct HealthCheckResponse: CBackedMessage {
  public var status: HealthCheckResponse.ServingStatus = HealthCheckResponse.ServingStatus()

  public enum ServingStatus: WireEnum {
    case unknown
    case serving
    case notServing
    /// Used only by the Watch method.
    case serviceUnknown
    /// A number that has no name here.
    case unrecognized(Int32)

    public init() { self = .unknown }

    public init(rawValue: Int32) {
      switch rawValue {
      case 0: self = .unknown
      case 1: self = .serving
      case 2: self = .notServing
      case 3: self = .serviceUnknown
      default: self = .unrecognized(rawValue)
      }
    }

    public var rawValue: Int32 {
      switch self {
      case .unknown: 0
      case .serving: 1
      case .notServing: 2
      case .serviceUnknown: 3
      case .unrecognized(let number): number
      }
    }
  }

  public init() {}

  public init(
    status: HealthCheckResponse.ServingStatus = HealthCheckResponse.ServingStatus()
  ) {
    self.status = status
  }

  public static let messageName = "grpc.health.v1.HealthCheckResponse"

  public var description: String {
    var text = MessageDescription("HealthCheckResponse")
    text.add("status", self.status)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Grpc__Health__V1__HealthCheckResponse>.size,
  ) {
    grpc__health__v1__health_check_response__init($0.assumingMemoryBound(to: Grpc__Health__V1__HealthCheckResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Grpc__Health__V1__HealthCheckResponse.self)
    self.status = HealthCheckResponse.ServingStatus(rawValue: Int32(truncatingIfNeeded: c.pointee.status.rawValue))
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Grpc__Health__V1__HealthCheckResponse.self)
    grpc__health__v1__health_check_response__init(c)
    c.pointee.status = .init(rawValue: .init(truncatingIfNeeded: self.status.rawValue))
  }
}
