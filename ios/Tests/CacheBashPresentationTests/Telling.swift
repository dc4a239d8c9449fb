import Foundation

/// What a test tells, as streams: whoever reads hears all of it from the beginning, as often as there are readers.
final class Telling<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var told: [Value] = []
  private var over = false
  private var readers: [AsyncStream<Value>.Continuation] = []

  /// Another reader's stream.
  var stream: AsyncStream<Value> {
    let (stream, reader) = AsyncStream.makeStream(of: Value.self)
    lock.withLock {
      told.forEach { reader.yield($0) }
      if over { reader.finish() } else { readers.append(reader) }
    }
    return stream
  }

  /// The next value of all streams.
  func tells(_ value: Value) {
    lock.withLock {
      told.append(value)
      readers.forEach { $0.yield(value) }
    }
  }

  /// Ends every stream once all was heard.
  func ends() {
    lock.withLock {
      over = true
      readers.forEach { $0.finish() }
      readers = []
    }
  }
}
