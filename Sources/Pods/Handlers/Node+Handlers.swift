// The runtimes of the node.

internal import OCI
internal import Synchronization

extension Node {
  /// Asks every runtime what it can do. One that does not know the question can do no more than all of them could
  /// always: what needs a feature is refused.
  public func learnFeatures() async {
    var found: [String: HandlerFeatures] = [:]
    for handler in settings.handlers.values {
      do { found[handler.name] = try await ask(handler) } catch {
        report("asking a runtime for its features", error, ["runtime": handler.name])
      }
    }
    features.withLock { $0 = found }
  }

  private func ask(_ handler: RuntimeHandler) async throws -> HandlerFeatures {
    var run = ChildRun(handler.path, ["features"])
    run.timeout = .seconds(10)
    let outcome = try await run.outcome(on: pool, "features")
    guard outcome.succeeded else {
      throw PodError(.failed, "'\(handler.name) features': \(RuntimeMessage.text(outcome.errors))")
    }
    do throws(SpecError) { return try HandlerFeatures(outcome.output) } catch {
      throw PodError(.failed, "'\(handler.name) features': \(error.message)")
    }
  }

  /// What pods of a handler can have; empty for the default.
  public func features(ofHandler name: String) -> HandlerFeatures {
    let name = name.isEmpty ? settings.defaultHandler : name
    var found = features.withLock { $0[name] } ?? HandlerFeatures()
    if !host.mapsOwnersOfMounts { found.hasUserNamespaces = false }
    return found
  }
}
