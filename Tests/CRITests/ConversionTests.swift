// Messages and this project's own values.

import CRIProtocol
import Pods
import Testing

@testable import CRI

@Suite("Messages")
struct ConversionTests {
  @Test("every signal has a name and comes back by it")
  func signals() {
    #expect(Runtime_V1_Signal.allCases.count == 66)
    #expect(SignalNames.name(.runtimeDefault) == "")
    #expect(SignalNames.name(.sigterm) == "SIGTERM" && SignalNames.name(.sigabrt) == "SIGABRT")
    #expect(SignalNames.name(.sigrtminplus15) == "SIGRTMIN+15" && SignalNames.name(.sigrtmaxminus14) == "SIGRTMAX-14")
    #expect(SignalNames.name(.sigrtmin) == "SIGRTMIN" && SignalNames.name(.sigrtmax) == "SIGRTMAX")
    for signal in Runtime_V1_Signal.allCases { #expect(SignalNames.signal(SignalNames.name(signal)) == signal) }
  }

  @Test("profiles in the older form")
  func profiles() throws {
    func seccomp(_ change: (inout Runtime_V1_LinuxContainerSecurityContext) -> Void) throws -> ConfinementProfile {
      var message = Runtime_V1_ContainerConfig()
      change(&message.linux.securityContext)
      return try ContainerConfiguration(message).security.seccomp
    }
    #expect(try seccomp { _ in } == .unconfined)
    #expect(try seccomp { $0.seccompProfilePath = "runtime/default" } == .runtimeDefault)
    #expect(try seccomp { $0.seccompProfilePath = "localhost//a/b.json" } == .localhost("/a/b.json"))
    #expect(
      try seccomp {
        $0.seccomp.profileType = .localhost
        $0.seccomp.localhostRef = "/x"
      } == .localhost("/x"))
  }

  @Test("what cannot be done is refused and not passed over")
  func refusals() {
    var message = Runtime_V1_ContainerConfig()
    var mount = Runtime_V1_Mount()
    mount.mountOptions = ["noexec"]
    message.mounts = [mount]
    #expect(throws: PodError.self) { try ContainerConfiguration(message) }
  }

  @Test("labels match a selector of fewer")
  func labels() {
    #expect(Labels.match(["a": "1", "b": "2"], ["a": "1"]))
    #expect(Labels.match([:], [:]))
    #expect(!Labels.match(["a": "1"], ["a": "2"]) && !Labels.match(["a": "1"], ["b": "1"]))
  }

  @Test("a long list comes in parts")
  func parts() {
    #expect([1, 2, 3, 4, 5].parts(of: 2) == [[1, 2], [3, 4], [5]])
    #expect([Int]().parts(of: 2).isEmpty)
  }
}
