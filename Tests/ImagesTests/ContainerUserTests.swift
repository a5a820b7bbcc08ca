// Users by name and number, in files of strangers.

import Foundation
import Linux
import OCI
import Testing

@testable import Images

@Suite("Users of images")
struct ContainerUserTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    _ = try scratch.directory("root/etc")
    try write("etc/passwd", "root:x:0:0:r:/root:/bin/sh\nweb:x:33:34::/:/bin/sh\nbad:x:-1:x\nlong:x:4294967295:1::\n")
    try write("etc/group", "root:x:0:\nweb:x:34:\nlogs:x:50:a,web,b\nextra:x:51:web\nnone:x:52:webber\n")
  }

  private func write(_ path: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(scratch.path)/root/\(path)"))
  }

  private func resolve(_ text: String) throws -> User {
    try ContainerUser.resolve(text, in: try scratch.directory("root"))
  }

  @Test(
    "names and numbers are looked up",
    arguments: [
      ("", 0, 0, []), ("root", 0, 0, []), ("web", 33, 34, [50, 51]), ("33", 33, 34, [50, 51]), ("web:logs", 33, 50, []),
      ("web:7", 33, 7, []), ("1000", 1000, 0, []), ("1000:logs", 1000, 50, []), ("1000:2000", 1000, 2000, []),
      (":logs", 0, 50, []), ("4294967294", 4_294_967_294, 0, []),
    ] as [(String, UInt32, UInt32, [UInt32])])
  func lookUp(text: String, uid: UInt32, gid: UInt32, more: [UInt32]) throws {
    #expect(try resolve(text) == User(uid: uid, gid: gid, additionalGids: more))
  }

  @Test(
    "unknown names are refused", arguments: ["nobody", "web:nogroup", "bad", "long", "-1", "4294967295", "web:x:y"])
  func unknown(text: String) {
    #expect(throws: ImageError.self) { try resolve(text) }
  }

  @Test("without files numbers still count")
  func noFiles() throws {
    try FileManager.default.removeItem(atPath: scratch.path + "/root/etc")
    #expect(try resolve("5:6") == User(uid: 5, gid: 6))
    #expect(try resolve("") == User())
    #expect(throws: ImageError.self) { try resolve("root") }
  }

  @Test("a line with control characters is none")
  func controlCharacters() throws {
    try write("etc/passwd", "a\u{1b}b:x:1:1::\nevil\r:x:0:0::\nok:x:5:5::\n")
    #expect(try resolve("ok").uid == 5)
    #expect(throws: ImageError.self) { try resolve("evil\r") }
  }

  @Test("links stay within the root, fifos and huge files are refused at once")
  func strangeFiles() throws {
    let etc = try scratch.directory("root/etc")
    try etc.removeFile("passwd")
    try etc.makeSymbolicLink("passwd", to: "/../../../../../../etc/passwd")
    #expect(throws: ImageError.self) { try resolve("root") }
    try etc.removeFile("passwd")
    try etc.makeNode("passwd", kind: .fifo, mode: 0o644)
    expectRefusal(.system(.notSupported)) { _ = try resolve("root") }
    try etc.removeFile("passwd")
    try etc.open("passwd", [.writeOnly, .create], mode: 0o644).truncate(to: 2 << 30)
    let time = ContinuousClock().measure { #expect(throws: ImageError.self) { try resolve("root") } }
    #expect(time < .seconds(1))
  }
}
