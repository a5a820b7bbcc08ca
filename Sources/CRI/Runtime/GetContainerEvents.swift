// What happens to pods and containers, told while it happens.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  /// Ends when the caller goes away or the service stops, and with RESOURCE_EXHAUSTED for who is too slow.
  func getContainerEvents(
    request: Runtime_V1_GetEventsRequest, response: RPCWriter<Runtime_V1_ContainerEventResponse>, context: ServerContext
  ) async throws {
    let limit = node.settings.eventLimit
    let subscription = node.published.subscribe(limit: limit)
    defer { node.published.unsubscribe(subscription) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await event in subscription.events { try await response.write(event.message) }
      }
      group.addTask { try await context.cancellation.cancelled }
      group.addTask {
        try await subscription.overrun()
        throw RPCError(
          code: .resourceExhausted, message: "the caller is too slow: more than \(limit) events wait for it")
      }
      // The others are cancelled, a write that waits for the caller among them.
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}

extension NodeEvent {
  fileprivate var message: Runtime_V1_ContainerEventResponse {
    var message = Runtime_V1_ContainerEventResponse()
    message.containerID = id
    message.containerEventType =
      switch kind {
      case .created: .containerCreatedEvent
      case .started: .containerStartedEvent
      case .stopped: .containerStoppedEvent
      case .deleted: .containerDeletedEvent
      }
    message.createdAt = moment
    if let pod { message.podSandboxStatus = pod.status }
    message.containersStatuses = containers.map(\.status)
    return message
  }
}
