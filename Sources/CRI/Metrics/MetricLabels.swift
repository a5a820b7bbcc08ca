// The labels that every metric of a container or pod has.

internal import CRIProtocol
internal import Pods

/// The labels that every metric has, as a kubelet's cAdvisor has them.
enum MetricLabels {
  static let keys = ["container", "id", "image", "name", "namespace", "pod"]

  static func values(_ container: ContainerRecord, in pod: PodRecord) -> [String] {
    let metadata = pod.configuration.metadata
    return [
      container.configuration.metadata.name, container.cgroup, container.configuration.image.message.image,
      container.id, metadata.namespace, metadata.name,
    ]
  }

  /// Of the pod itself: queries leave it out by this name.
  static func values(_ pod: PodRecord) -> [String] {
    let metadata = pod.configuration.metadata
    return ["POD", pod.configuration.cgroupParent, "", pod.id, metadata.namespace, metadata.name]
  }

  static func metric(
    _ name: String, _ type: Runtime_V1_MetricType, _ value: UInt64, _ labels: [String], at moment: Int64
  ) -> Runtime_V1_Metric {
    var message = Runtime_V1_Metric()
    message.name = name
    message.timestamp = moment
    message.metricType = type
    message.labelValues = labels
    message.value.value = value
    return message
  }
}
