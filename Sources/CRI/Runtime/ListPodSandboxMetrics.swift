// The metrics of the pods that are ready and of their containers.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func listPodSandboxMetrics(
    request: Runtime_V1_ListPodSandboxMetricsRequest, context: ServerContext
  ) async throws -> Runtime_V1_ListPodSandboxMetricsResponse {
    try await answering {
      let pods = try await node.usage(ofPodsWhere: { $0.state == .ready })
      let details = try await node.processDetails(of: pods.flatMap { $0.containers.map(\.record) })
      var response = Runtime_V1_ListPodSandboxMetricsResponse()
      response.podMetrics = pods.map { pod in
        var message = Runtime_V1_PodSandboxMetrics()
        message.podSandboxID = pod.record.id
        message.metrics = pod.networkMetrics
        message.containerMetrics = pod.containers.map { container in
          MetricSubject(usage: container, details: details[container.record.id]).message(in: pod.record)
        }
        return message
      }
      return response
    }
  }
}

extension PodUsage {
  fileprivate var networkMetrics: [Runtime_V1_Metric] {
    let (labels, moment) = (MetricLabels.values(record), Clock.nanoseconds())
    return (interfaces ?? []).flatMap { interface in
      InterfaceMetric.all.map {
        MetricLabels.metric($0.name, .counter, $0.value(interface), labels + [interface.name], at: moment)
      }
    }
  }
}

extension MetricSubject {
  fileprivate func message(in pod: PodRecord) -> Runtime_V1_ContainerMetrics {
    let labels = MetricLabels.values(usage.record, in: pod)
    let moment = usage.group?.moment ?? Clock.nanoseconds()
    var message = Runtime_V1_ContainerMetrics()
    message.containerID = usage.record.id
    message.metrics = ContainerMetric.all.flatMap { metric in
      metric.samples(self).map { sample in
        MetricLabels.metric(metric.name, metric.type, sample.value, labels + sample.labels, at: moment)
      }
    }
    return message
  }
}
