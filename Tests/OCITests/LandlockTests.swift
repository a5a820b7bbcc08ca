// The annotation of Landlock: what it means in bits, and what is refused.

import OCI
import Testing

@Suite("Landlock's annotation")
struct LandlockAnnotationTests {
  @Test("names become the kernel's bits")
  func bits() throws {
    let landlock = try Landlock(
      """
      {"ruleset": {"handledAccessFS": ["execute", "read_dir", "ioctl_dev"], "handledAccessNetwork": ["connect_tcp"],
                   "scoped": ["abstract_unix_socket", "signal"]},
       "rules": {"pathBeneath": [{"allowedAccess": ["execute"], "paths": ["/a", "/b"]}],
                 "netPort": [{"allowedAccess": ["connect_tcp"], "port": 65535}]}}
      """)
    #expect(landlock.files == 0x8009 && landlock.network == 2 && landlock.scopes == 3)
    #expect(landlock.paths == ["/a", "/b"] && landlock.pathAccesses == [1, 1])
    #expect(landlock.ports == [65535] && landlock.portAccesses == [2])
  }

  @Test(
    "what is wrong is refused at its place",
    arguments: [
      ("", "found the end of the document"),
      ("[]", "expected an object, found a list"),
      ("{}", "ruleset: handles nothing"),
      (#"{"ruleset": []}"#, "ruleset: expected an object, found a list"),
      (#"{"ruleset": {"handledAccessFS": "execute"}}"#, "ruleset.handledAccessFS: expected a list"),
      (#"{"ruleset": {"handledAccessFS": [1]}}"#, "ruleset.handledAccessFS[0]: expected a string"),
      (
        #"{"ruleset": {"handledAccessFS": ["execute", "fly"]}}"#, #"ruleset.handledAccessFS[1]: unknown name "fly""#
      ),
      (#"{"ruleset": {"handledAccessNetwork": ["bind_udp"]}}"#, "ruleset.handledAccessNetwork[0]: unknown name"),
      (#"{"ruleset": {"scoped": ["signals"]}}"#, "ruleset.scoped[0]: unknown name"),
      (#"{"ruleset": {"scoped": ["signal"], "handledAccessFs": []}}"#, "ruleset.handledAccessFs: is no field"),
      (#"{"ruleset": {"scoped": ["signal"]}, "disableBestEffort": true}"#, "disableBestEffort: is no field"),
    ])
  func rulesets(text: String, message: String) { refuse(text, message) }

  @Test(
    "a rule that is wrong is refused at its place",
    arguments: [
      (#"{"pathBeneath": [{"paths": ["/a"]}]}"#, "rules.pathBeneath[0].allowedAccess: is empty"),
      (#"{"pathBeneath": [{"allowedAccess": ["execute"]}]}"#, "rules.pathBeneath[0].paths: is empty"),
      (
        #"{"pathBeneath": [{"allowedAccess": ["execute"], "paths": ["a"]}]}"#,
        "rules.pathBeneath[0].paths[0]: must be an absolute path"
      ),
      (
        #"{"pathBeneath": [{"allowedAccess": ["execute", "refer"], "paths": ["/a"]}]}"#,
        #"rules.pathBeneath[0].allowedAccess: "refer" is not handled"#
      ),
      (
        #"{"pathBeneath": [{"allowedAccess": ["execute"], "paths": ["/a"], "port": 1}]}"#,
        "rules.pathBeneath[0].port: is no field"
      ),
      (#"{"netPort": [{"allowedAccess": ["bind_tcp"]}]}"#, "rules.netPort[0].port: is missing"),
      (
        #"{"netPort": [{"allowedAccess": ["bind_tcp"], "port": 65536}]}"#,
        "rules.netPort[0].port: expected a number from 0 to 65535"
      ),
      (#"{"netPort": [{"allowedAccess": ["bind_tcp"], "port": -1}]}"#, "rules.netPort[0].port: expected a number"),
      (#"{"netPort": [{"allowedAccess": ["execute"], "port": 1}]}"#, "rules.netPort[0].allowedAccess[0]: unknown name"),
      (
        #"{"netPort": [{"allowedAccess": ["bind_tcp"], "port": 1, "paths": ["/a"]}]}"#,
        "rules.netPort[0].paths: is no field"
      ),
    ])
  func rules(rules: String, message: String) {
    let ruleset = #"{"handledAccessFS": ["execute"], "handledAccessNetwork": ["bind_tcp"]}"#
    refuse("{\"ruleset\": \(ruleset), \"rules\": \(rules)}", message)
  }

  private func refuse(_ text: String, _ message: String) {
    var spec = Spec()
    spec.annotations[Landlock.annotation] = text
    do {
      let landlock = try spec.landlock()
      Issue.record("taken as \(String(describing: landlock))")
    } catch {
      #expect(error.path == "annotations.org.apus.landlock")
      #expect(error.reason.contains(message), "\(error.message)")
    }
  }

  @Test(
    "a kernel that lacks a part is refused by the name of the part",
    arguments: [
      (#""handledAccessFS": ["make_sym"]"#, 0, "handledAccessFS"),
      (#""handledAccessFS": ["refer"]"#, 1, "handledAccessFS"),
      (#""handledAccessFS": ["truncate"]"#, 2, "handledAccessFS"),
      (#""handledAccessNetwork": ["bind_tcp"]"#, 3, "handledAccessNetwork"),
      (#""handledAccessFS": ["ioctl_dev"]"#, 4, "handledAccessFS"), (#""scoped": ["signal"]"#, 5, "scoped"),
    ])
  func versions(wanted: String, lacking: Int, field: String) throws {
    let landlock = try Landlock("{\"ruleset\": {\(wanted)}}")
    let message = landlock.refusal(version: lacking)?.message ?? ""
    #expect(
      message.contains(
        "ruleset.\(field): needs version \(lacking + 1) of Landlock, this kernel has version \(lacking)"),
      "\(message)")
    #expect(landlock.refusal(version: lacking + 1) == nil)
  }

  @Test("fields that nobody knows are found, names that are data are not")
  func unknownFields() throws {
    var unknown: [SpecError] = []
    let text = """
      {"ociVersion": "1.3.0", "hostnam": "a", "annotations": {"free": "x"}, "process": {"user": {"uid": 1, "uidd": 2},
       "rlimits": [{"type": "RLIMIT_CORE", "hard": 1, "soft": 1, "sofd": 1}]}, "windows": {},
       "linux": {"sysctl": {"net.a": "1"}, "netDevices": {"eth0": {"nam": "x"}}, "resources": null,
       "timeOffsets": {"boottime": {"secs": 1}}}}
      """
    _ = try Spec.decode([UInt8](text.utf8), unknown: &unknown)
    #expect(
      unknown.map(\.path) == [
        "hostnam", "process.user.uidd", "process.rlimits[0].sofd", "windows", "linux.netDevices.eth0.nam",
      ])
  }
}
