// The process between parent and child where the child has to be born in namespaces that are joined.
//
// Whose namespaces: all are the runtime's at the beginning, the joined ones are entered one by one. It makes the child
// as its own sibling, so that the parent can wait for it, tells its id and ends.

import Linux

enum Intermediate {
  /// We are the intermediate: enters what is joined and clones the container's process.
  static func run(_ resources: consuming ChildResources, namespaces: NamespaceKinds, plan: [SetupStep]) -> Never {
    let side: CloneSide
    do {
      try ProcessControl.setParentDeathSignal(Signal.kill)
      try resources.namespaces?.enter(withPid: true)
      side = try clone(CloneOptions(namespaces: namespaces, isSibling: true))
      if side.pid != 0 { try resources.channel.send(.cloned(pid: side.pid)) }
    } catch {
      let report = SetupReport(step: .joinNamespaces, failure: .call(error))
      // Without a parent to tell there is nothing more to do.
      try? resources.channel.send(.failed(report))
      exitNow(1)
    }
    if side.pid != 0 { exitNow(0) }
    InitProcess(resources: resources).run(plan)
  }
}
