// Whether pods can be run.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func status(
    request: Runtime_V1_StatusRequest, context: ServerContext
  ) async throws -> Runtime_V1_StatusResponse {
    var response = Runtime_V1_StatusResponse()
    var runtime = Runtime_V1_RuntimeCondition()
    runtime.type = "RuntimeReady"
    runtime.status = true
    var network = Runtime_V1_RuntimeCondition()
    network.type = "NetworkReady"
    switch await node.network.readiness() {
    case .ready: network.status = true
    case .notReady(let reason):
      network.reason = "NetworkPluginNotReady"
      network.message = "Network plugin returns error: \(reason)"
    }
    response.status.conditions = [runtime, network]
    response.runtimeHandlers = handlers
    response.features.supplementalGroupsPolicy = true
    response.features.userNamespacesHostNetwork = node.features(ofHandler: "").hasUserNamespaces
    if request.verbose { response.info = ["config": try ServiceInfo(node, version).text()] }
    return response
  }

  /// The default handler stands under the empty name, too.
  private var handlers: [Runtime_V1_RuntimeHandler] {
    ([""] + node.settings.handlers.keys.sorted()).map { name in
      var handler = Runtime_V1_RuntimeHandler()
      handler.name = name
      let features = node.features(ofHandler: name)
      handler.features.recursiveReadOnlyMounts = features.hasRecursiveReadOnlyMounts
      handler.features.userNamespaces = features.hasUserNamespaces
      return handler
    }
  }
}
