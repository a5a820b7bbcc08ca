// The checks of hooks.

extension Hooks {
  func validate() throws(SpecError) {
    try check(prestart, "hooks.prestart")
    try check(createRuntime, "hooks.createRuntime")
    try check(createContainer, "hooks.createContainer")
    try check(startContainer, "hooks.startContainer")
    try check(poststart, "hooks.poststart")
    try check(poststop, "hooks.poststop")
  }

  private func check(_ hooks: [Hook], _ path: String) throws(SpecError) {
    for (index, hook) in hooks.enumerated() {
      guard hasPrefix(hook.path, "/") else {
        throw SpecError(element(path, index, ".path"), "must be an absolute path")
      }
      if let timeout = hook.timeoutSeconds, timeout <= 0 {
        throw SpecError(element(path, index, ".timeout"), "must be greater than zero")
      }
    }
  }
}
