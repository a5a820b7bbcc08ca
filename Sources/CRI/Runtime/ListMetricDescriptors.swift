// Which metrics there are.

internal import CRIProtocol
internal import GRPCCore

extension RuntimeService {
  func listMetricDescriptors(
    request: Runtime_V1_ListMetricDescriptorsRequest, context: ServerContext
  ) async throws -> Runtime_V1_ListMetricDescriptorsResponse {
    var response = Runtime_V1_ListMetricDescriptorsResponse()
    response.descriptors =
      ContainerMetric.all.map { descriptor($0.name, $0.help, $0.labels) }
      + InterfaceMetric.all.map { descriptor($0.name, $0.help, ["interface"]) }
    return response
  }

  private func descriptor(_ name: String, _ help: String, _ labels: [String]) -> Runtime_V1_MetricDescriptor {
    var message = Runtime_V1_MetricDescriptor()
    message.name = name
    message.help = help
    message.labelKeys = MetricLabels.keys + labels
    return message
  }
}
