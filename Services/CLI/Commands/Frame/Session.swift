import Protocols
import RPC
import RPCRuntime
import SecureTransport
import Transport

/// A connection to the gateway, with a client for everything behind it.
///
/// Made by `Console.withSession`, which also ends it. Nothing is sent before the first call.
struct Session: Sendable {
  /// The folder where this machine's self-hosted inference host looks for models
  /// (`FOLDER/ENDPOINT/manifest.binpb`); nil for a gateway elsewhere.
  let selfHostedModels: String?
  /// Where the gateway answers HTTPS, `HOST:PORT`; nil for a gateway elsewhere.
  let httpsAddress: String?
  private let channel: ServiceChannel
  private let credentials: Metadata

  init(
    channel: ServiceChannel,
    credentials: Metadata,
    selfHostedModels: String?,
    httpsAddress: String?
  ) {
    self.channel = channel
    self.credentials = credentials
    self.selfHostedModels = selfHostedModels
    self.httpsAddress = httpsAddress
  }

  var modelStore: ModelStoreClient { ModelStoreClient(channel(to: "services/model-store")) }
  var trainer: TrainerClient { TrainerClient(channel(to: "services/trainer")) }
  var endpoints: EndpointsClient { EndpointsClient(channel(to: "services/balancer")) }
  var keys: KeysClient { KeysClient(channel(to: "")) }

  /// Predictions of one endpoint.
  func inference(endpoint: String) -> InferenceClient {
    InferenceClient(channel(to: "endpoints/\(endpoint)"))
  }

  func channel(to target: String) -> any CallChannel {
    TargetedChannel(base: channel, target: target, credentials: credentials)
  }
}
