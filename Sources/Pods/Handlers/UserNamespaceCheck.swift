// Whether a pod can have the user namespace that it asks for.

/// Whether a pod can have the user namespace that it asks for. What cannot be had is refused: nobody gets the host's
/// root instead.
struct UserNamespaceCheck {
  let handler: RuntimeHandler
  let features: HandlerFeatures
  let host: HostFacts

  func check(_ options: NamespaceOptions) throws(PodError) {
    guard let wanted = options.userNamespace else { return }
    try wanted.check()
    guard wanted.mode == .pod else { return }
    let field = "linux.security_context.namespace_options"
    // A mount of /proc shows the processes of a namespace to its owner alone, and so it is with message queues.
    guard options.pid != .node else {
      throw PodError(.invalidArgument, "\(field).pid: a pod with a user namespace cannot have the host's processes")
    }
    guard options.ipc != .node else {
      throw PodError(.invalidArgument, "\(field).ipc: a pod with a user namespace cannot have the host's IPC")
    }
    guard host.mapsOwnersOfMounts else {
      throw PodError(
        .failedPrecondition,
        "\(field).userns_options: this host has no user namespaces, or a kernel before 5.19, which maps no image")
    }
    guard features.hasUserNamespaces else {
      throw PodError(
        .failedPrecondition,
        "\(field).userns_options: the runtime '\(handler.name)' does not support user namespaces with mapped mounts")
    }
  }
}
