import Foundation

/// A door in front of a server: whoever calls is held there, with its call read and unanswered, until the test says
/// what happens. Nothing reaches the server before the door opens.
public final class Gate: @unchecked Sendable {
  /// The server's address, as a caller behind the door knows it.
  public let url: URL

  private enum Verdict {
    case held
    case open
    case shut
  }

  private let target: UInt16
  private let listener: Int32
  private let state = NSCondition()
  private var verdict = Verdict.held
  private var sockets: Set<Int32> = []
  private var arrivals: AsyncStream<Void>.Iterator
  private let arrived: AsyncStream<Void>.Continuation

  /// A shut way to the server, on a free port.
  public init(to server: URL) throws {
    let door = tcpSocket()
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(door, $0, length) == 0 && listen(door, 8) == 0 && getsockname(door, $0, &length) == 0
      }
    }
    guard bound, let port = server.port,
      let url = URL(string: "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))")
    else {
      close(door)
      throw TestServer.NotStarted(description: "no free port for a gate")
    }
    target = UInt16(port)
    listener = door
    self.url = url
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    arrivals = stream.makeAsyncIterator()
    arrived = continuation
    Thread.detachNewThread { [self] in accepting() }
  }

  /// Comes back when somebody's call stands at the door.
  public func someoneWaits() async { _ = await arrivals.next() }

  /// Lets through who waits and who comes.
  public func opens() { decide(.open) }

  /// Hangs up on who waits; who comes finds nobody.
  public func shuts() {
    decide(.shut)
    shutdown(listener, Int32(SHUT_RDWR))
    state.withLock { sockets }.forEach { _ = shutdown($0, Int32(SHUT_RDWR)) }
  }

  private func decide(_ verdict: Verdict) {
    state.withLock {
      self.verdict = verdict
      state.broadcast()
    }
  }

  private func accepting() {
    while true {
      let caller = accept(listener, nil, nil)
      guard caller >= 0 else { break }
      state.withLock { _ = sockets.insert(caller) }
      Thread.detachNewThread { [self] in hold(caller) }
    }
    close(listener)
    arrived.finish()
  }

  private func hold(_ caller: Int32) {
    defer { hangUp(caller) }
    guard let call = received(caller) else { return }
    arrived.yield()
    let open = state.withLock {
      while verdict == .held { state.wait() }
      return verdict == .open
    }
    guard open else { return }
    let server = tcpSocket()
    defer { hangUp(server) }
    var address = loopback(port: target)
    let reached = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard reached, sent(call, server) else { return }
    state.withLock { _ = sockets.insert(server) }
    let back = DispatchSemaphore(value: 0)
    Thread.detachNewThread { [self] in
      pump(from: server, to: caller)
      back.signal()
    }
    pump(from: caller, to: server)
    back.wait()
  }

  /// Passes on until one side ends; then the other hears it, too.
  private func pump(from: Int32, to: Int32) {
    while let part = received(from), sent(part, to) {}
    shutdown(to, Int32(SHUT_RDWR))
    shutdown(from, Int32(SHUT_RDWR))
  }

  private func hangUp(_ socket: Int32) {
    state.withLock { _ = sockets.remove(socket) }
    close(socket)
  }
}

/// What came next; nil at the end.
private func received(_ socket: Int32) -> [UInt8]? {
  var room = [UInt8](repeating: 0, count: 16_384)
  let count = recv(socket, &room, room.count, 0)
  return count > 0 ? Array(room[..<count]) : nil
}

private func sent(_ bytes: [UInt8], _ socket: Int32) -> Bool {
  var rest = bytes[...]
  while !rest.isEmpty {
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, flags) }
    guard count > 0 else { return false }
    rest = rest.dropFirst(count)
  }
  return true
}

private func tcpSocket() -> Int32 {
  #if canImport(Darwin)
    let socket = socket(AF_INET, SOCK_STREAM, 0)
    var on: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
    return socket
  #else
    return socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  #endif
}

private func loopback(port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return address
}
