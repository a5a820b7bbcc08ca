// The command line of `apus-pause pin`.

import Linux
import Testing

@testable import Pause

@Suite("pin's command line")
struct PinOptionsTests {
  private func refusal(_ words: String) -> String? {
    do {
      _ = try PinOptions(words.split(separator: " ").map(String.init))
      return nil
    } catch {
      return error.message
    }
  }

  @Test("letters in one word, values behind them or in the next word, long names with either")
  func forms() throws {
    for words in [
      "-uin -d /run -f x", "-u -i -n -d/run -fx", "--uts --ipc --net --dir /run --filename=x", "/run -uinfx",
    ] {
      let options = try PinOptions(words.split(separator: " ").map(String.init))
      #expect(options.kinds == [.uts, .ipc, .network] && options.directory == "/run" && options.fileName == "x")
    }
  }

  @Test("a file of its own for a kind, the others in the folder")
  func ownFile() throws {
    let options = try PinOptions(["-u", "--net=/run/netns/n", "-d", "/run/apusd/ns", "-f", "p"])
    let places = try PinnedNamespace.all.filter { options.kinds.contains($0.kind) }.map {
      let place = try options.path(of: $0)
      return "\(place.folder) \(place.name)"
    }
    #expect(places == ["/run/apusd/ns/utsns p", "/run/netns/ n"])
  }

  @Test("id maps become rows of the map files")
  func maps() throws {
    let options = try PinOptions([
      "-U", "--uid-mapping=0-100000-65536@65536-1-2", "--gid-mapping", "0-1-1", "-fa", "/r",
    ])
    #expect(options.uids?.text == "0 100000 65536\n65536 1 2\n" && options.gids?.text == "0 1 1\n")
  }

  @Test(
    "what makes no sense is refused",
    arguments: [
      ("-d /run -f x", "pin: no namespace is asked for (-u, -i, -n, -U)"),
      ("-u -f x", "pin: no folder is named (-d)"),
      ("-u -d /run", "pin: no file is named (-f)"),
      ("-u -d /run -f a/b", "pin: 'a/b' is not the plain name of a file"),
      ("-u -d /run -f ..", "pin: '..' is not the plain name of a file"),
      ("-u --net=/run/netns/.. -d /run -f x", "pin: '..' is not the plain name of a file"),
      ("-U -d /run -f x", "pin: -U needs --uid-mapping and --gid-mapping, which need -U"),
      ("-U -d /run -f x --uid-mapping 0-1-1", "pin: -U needs --uid-mapping and --gid-mapping, which need -U"),
      (
        "-u -d /run -f x --uid-mapping 0-1-1 --gid-mapping 0-1-1",
        "pin: -U needs --uid-mapping and --gid-mapping, which need -U"
      ),
      ("-x", "pin: there is no option '-x'"), ("--pid", "pin: there is no option '--pid'"),
      ("-d", "pin: --dir needs a value"), ("--dir=", "pin: --dir needs a value"),
      ("a b", "pin: 'b' is one word too many"),
      (
        "-i -d /run -f x -s net.core.somaxconn=1",
        "pin: sysctl 'net/core/somaxconn' belongs to a namespace that is not asked for"
      ),
      (
        "-n -d /run -f x -s kernel.core_pattern=x",
        "pin: sysctl \"kernel.core_pattern\": belongs to no namespace of a pod"
      ),
      ("-n -d /run -f x -s net.core.somaxconn", "pin: sysctl \"net.core.somaxconn\": has no value"),
      ("-n -d /run -f x --hostname h", "pin: --hostname needs -u"),
    ])
  func refused(words: String, message: String) {
    #expect(refusal(words) == message)
  }

  @Test(
    "an id map with a wrong number is refused",
    arguments: [
      "", "0-1", "0-1-1-1", "0-1-0", "-1-1-1", "0-4294967295-1", "4294967295-0-1", "0-1-4294967296", "0-x-1", "0-1-1@",
      "0 1 1", "0-1-1\n", "+0-1-1", "99999999999999999999-0-1",
    ])
  func badMap(text: String) {
    #expect(throws: PauseError.self) { _ = try IdentityMap(text, option: "--uid-mapping") }
  }
}
