// The calls that are not served, each with the reason that its caller reads.

internal import CRIProtocol
internal import GRPCCore

/// Why a call is not served.
private enum Refusal: String {
  case stats = "statistics are not collected"
  case checkpoint = "containers are not checkpointed"
  case metrics = "metrics of containers are not collected"
  case events = "events are not sent"
  case podResources = "pods have no limits beside those of their containers"

  func error(_ call: String) -> RPCError { RPCError(code: .unimplemented, message: "\(call): \(rawValue)") }
}

extension RuntimeService {
  func containerStats(
    request: Runtime_V1_ContainerStatsRequest, context: ServerContext
  ) async throws -> Runtime_V1_ContainerStatsResponse { throw Refusal.stats.error("ContainerStats") }

  func listContainerStats(
    request: Runtime_V1_ListContainerStatsRequest, context: ServerContext
  ) async throws -> Runtime_V1_ListContainerStatsResponse { throw Refusal.stats.error("ListContainerStats") }

  func streamContainerStats(
    request: Runtime_V1_StreamContainerStatsRequest, response: RPCWriter<Runtime_V1_StreamContainerStatsResponse>,
    context: ServerContext
  ) async throws { throw Refusal.stats.error("StreamContainerStats") }

  func podSandboxStats(
    request: Runtime_V1_PodSandboxStatsRequest, context: ServerContext
  ) async throws -> Runtime_V1_PodSandboxStatsResponse { throw Refusal.stats.error("PodSandboxStats") }

  func listPodSandboxStats(
    request: Runtime_V1_ListPodSandboxStatsRequest, context: ServerContext
  ) async throws -> Runtime_V1_ListPodSandboxStatsResponse { throw Refusal.stats.error("ListPodSandboxStats") }

  func streamPodSandboxStats(
    request: Runtime_V1_StreamPodSandboxStatsRequest, response: RPCWriter<Runtime_V1_StreamPodSandboxStatsResponse>,
    context: ServerContext
  ) async throws { throw Refusal.stats.error("StreamPodSandboxStats") }

  func checkpointContainer(
    request: Runtime_V1_CheckpointContainerRequest, context: ServerContext
  ) async throws -> Runtime_V1_CheckpointContainerResponse { throw Refusal.checkpoint.error("CheckpointContainer") }

  func checkpointPod(
    request: Runtime_V1_CheckpointPodRequest, context: ServerContext
  ) async throws -> Runtime_V1_CheckpointPodResponse { throw Refusal.checkpoint.error("CheckpointPod") }

  func restorePod(
    request: Runtime_V1_RestorePodRequest, context: ServerContext
  ) async throws -> Runtime_V1_RestorePodResponse { throw Refusal.checkpoint.error("RestorePod") }

  func listMetricDescriptors(
    request: Runtime_V1_ListMetricDescriptorsRequest, context: ServerContext
  ) async throws -> Runtime_V1_ListMetricDescriptorsResponse { throw Refusal.metrics.error("ListMetricDescriptors") }

  func listPodSandboxMetrics(
    request: Runtime_V1_ListPodSandboxMetricsRequest, context: ServerContext
  ) async throws -> Runtime_V1_ListPodSandboxMetricsResponse { throw Refusal.metrics.error("ListPodSandboxMetrics") }

  func streamPodSandboxMetrics(
    request: Runtime_V1_StreamPodSandboxMetricsRequest, response: RPCWriter<Runtime_V1_StreamPodSandboxMetricsResponse>,
    context: ServerContext
  ) async throws { throw Refusal.metrics.error("StreamPodSandboxMetrics") }

  func updatePodSandboxResources(
    request: Runtime_V1_UpdatePodSandboxResourcesRequest, context: ServerContext
  ) async throws -> Runtime_V1_UpdatePodSandboxResourcesResponse {
    throw Refusal.podResources.error("UpdatePodSandboxResources")
  }

  func getContainerEvents(
    request: Runtime_V1_GetEventsRequest, response: RPCWriter<Runtime_V1_ContainerEventResponse>, context: ServerContext
  ) async throws { throw Refusal.events.error("GetContainerEvents") }
}
