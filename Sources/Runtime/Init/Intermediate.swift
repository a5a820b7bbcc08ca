// The process between parent and child where the child has to be born in namespaces that are joined; also that of a
// user's `exec`.
//
// Whose namespaces: all are the runtime's at the beginning, the joined ones are entered one by one. It makes the child
// as its own sibling, so that the parent can wait for it, tells its id and ends.

import Linux

enum Intermediate {
  /// We are the intermediate: enters what is joined and clones the container's process.
  static func run(_ resources: consuming ChildResources, namespaces: NamespaceKinds, plan: [SetupStep]) -> Never {
    switch enterAndClone(resources, namespaces: namespaces) {
    case .isChild: InitProcess(resources: resources).run(plan)
    case .isDone: exitNow(0)
    case .hasFailed: exitNow(1)
    }
  }

  private enum Outcome {
    case isChild
    case isDone
    case hasFailed
  }

  private static func enterAndClone(_ resources: borrowing ChildResources, namespaces: NamespaceKinds) -> Outcome {
    do {
      try enter(resources)
      var gate = try DescriptorPair.pipe()
      let pid = try clone(CloneOptions(namespaces: namespaces, isSibling: true)).pid
      if pid == 0 {
        // Not a word before the parent knows whose it is: until the intermediate is gone.
        _ = gate.second.take()
        _ = try gate.first.read(upTo: 1)
        return .isChild
      }
      try resources.channel.send(.cloned(pid: pid))
      return .isDone
    } catch {
      // Without a parent to tell there is nothing more to do.
      try? resources.channel.send(.failed(SetupReport(step: .joinNamespaces, failure: .call(error))))
      return .hasFailed
    }
  }

  private static func enter(_ resources: borrowing ChildResources) throws(SystemCallError) {
    try ProcessControl.setParentDeathSignal(Signal.kill)
    switch resources.namespaces {
    case .some(let files): try files.enter(withPid: true)
    case .none: break
    }
    switch resources.container {
    // Only who owns the user namespace, and is in it, may enter what belongs to it.
    case .some(let container): try container.enterNamespace([.user, .pid], subject: "user, pid")
    case .none: break
    }
  }
}
