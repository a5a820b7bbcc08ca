// The checks of hooks.

extension Hooks {
  /// The lists by their names in config.json, in the order of their points in time.
  public var lists: [(name: String, hooks: [Hook])] {
    let lists = [prestart, createRuntime, createContainer, startContainer, poststart, poststop]
    var named: [(name: String, hooks: [Hook])] = []
    for (index, name) in Hooks.names.enumerated() { named.append((name, lists[index])) }
    return named
  }

  func validate() throws(SpecError) {
    for (name, hooks) in lists {
      let path = sentence("hooks.", name)
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
}
