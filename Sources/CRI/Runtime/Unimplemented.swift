// The calls that are not served, each with the reason that its caller reads.

internal import CRIProtocol
internal import GRPCCore

/// Why a call is not served.
private enum Refusal: String {
  case checkpoint = "containers are not checkpointed"

  func error(_ call: String) -> RPCError { RPCError(code: .unimplemented, message: "\(call): \(rawValue)") }
}

extension RuntimeService {
  func checkpointContainer(
    request: Runtime_V1_CheckpointContainerRequest, context: ServerContext
  ) async throws -> Runtime_V1_CheckpointContainerResponse { throw Refusal.checkpoint.error("CheckpointContainer") }

  func checkpointPod(
    request: Runtime_V1_CheckpointPodRequest, context: ServerContext
  ) async throws -> Runtime_V1_CheckpointPodResponse { throw Refusal.checkpoint.error("CheckpointPod") }

  func restorePod(
    request: Runtime_V1_RestorePodRequest, context: ServerContext
  ) async throws -> Runtime_V1_RestorePodResponse { throw Refusal.checkpoint.error("RestorePod") }
}
