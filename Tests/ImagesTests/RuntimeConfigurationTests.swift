// From an image's configuration to a container's.

import Linux
import OCI
import Testing

@testable import Images

@Suite("Container configuration")
struct RuntimeConfigurationTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private var image: ImageConfiguration {
    var image = ImageConfiguration()
    image.platform = Platform(system: "linux", architecture: "amd64")
    image.container.entrypoint = ["/entry"]
    image.container.command = ["default"]
    image.container.environment = ["A=1", "PATH=/bin", "broken", "=x"]
    image.container.workingDirectory = "srv/./dir/"
    image.container.user = "5:6"
    image.container.stopSignal = "SIGQUIT"
    return image
  }

  private func spec(
    _ image: ImageConfiguration, _ overrides: ContainerOverrides = ContainerOverrides()
  ) throws -> Spec {
    try image.runtimeSpec(overrides, root: try scratch.directory("root"))
  }

  @Test("the image's command, variables, directory and user are taken")
  func defaults() throws {
    let spec = try spec(image)
    #expect(spec.process?.args == ["/entry", "default"])
    #expect(spec.process?.env == ["PATH=/bin", "A=1"])
    #expect(spec.process?.cwd == "/srv/dir")
    #expect(spec.process?.user == User(uid: 5, gid: 6))
    #expect(spec.root.path == "rootfs")
    #expect(spec.annotations["org.opencontainers.image.stopSignal"] == "SIGQUIT")
    #expect(spec.annotations["org.opencontainers.image.os"] == "linux")
  }

  @Test("the caller's wishes come before")
  func overrides() throws {
    var overrides = ContainerOverrides()
    overrides.command = ["x", "y"]
    overrides.environment = ["A=2", "B=3"]
    overrides.workingDirectory = "/tmp"
    overrides.user = "7"
    let changed = try spec(image, overrides)
    #expect(changed.process?.args == ["/entry", "x", "y"])
    #expect(changed.process?.env == ["PATH=/bin", "A=2", "B=3"])
    #expect(changed.process?.cwd == "/tmp")
    #expect(changed.process?.user.uid == 7)
    overrides.command = []
    overrides.entrypoint = ["sh"]
    #expect(try spec(image, overrides).process?.args == ["sh"])
  }

  @Test("without any command there is nothing to run")
  func noCommand() {
    expectRefusal(.invalidInput, "command") { _ = try spec(ImageConfiguration()) }
  }

  @Test("volumes are mounts of their own, wherever dots try to lead")
  func volumes() throws {
    var image = image
    for path in ["/data", "../../etc", "rel/"] { image.container.volumes[path] = EmptyObject() }
    let mounts = try spec(image).mounts
    #expect(mounts.suffix(3).map(\.destination) == ["/data", "/etc", "/rel"])
    #expect(mounts.suffix(3).allSatisfy { $0.type == "tmpfs" })
    image.container.volumes["/.."] = EmptyObject()
    expectRefusal(.unsupported, "volume") { _ = try spec(image) }
  }

  @Test("labels of an image never become what a runtime acts upon")
  func labels() throws {
    var image = image
    for key in [
      "run.oci.handler", "org.systemd.property.ExecStart", "io.kubernetes.cri-o.Devices", "cdi.k8s.io/x",
      "io.kubernetes.container.name", "org.opencontainers.image.title", "apus.internal", "io.podman.annotations.init",
    ] { image.container.labels[key] = "evil" }
    let added = try spec(image).annotations.entries.map(\.key)
    #expect(added.allSatisfy { $0.hasPrefix("org.opencontainers.image.") })
    #expect(added.contains("org.opencontainers.image.title"))
  }

  @Test("paths with control characters, and signals that are none, are refused")
  func strangeTexts() {
    var one = image
    one.container.workingDirectory = "/a\nb"
    expectRefusal(.malformed) { _ = try spec(one) }
    var other = image
    other.container.stopSignal = "SIGKILL; rm"
    expectRefusal(.malformed) { _ = try spec(other) }
  }
}
