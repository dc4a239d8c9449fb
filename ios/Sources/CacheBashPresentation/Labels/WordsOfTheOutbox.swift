import CacheBash

extension Words {
  // MARK: What was asked for

  static func message(to target: String) -> String { "Message to \(target)" }
  static func reply(to program: String) -> String { "Reply to \(program)" }
  static func answer(to question: String) -> String { "Answer to question \(question)" }
  static func task(for target: String) -> String { "Task for \(target)" }
  static func claim(of task: String) -> String { "Claim of task \(task)" }
  static func completion(of task: String) -> String { "Completion of task \(task)" }
  static func notes(of program: String) -> String { "Hand-off notes of \(program)" }
  static func questions(of program: String) -> String { "Open questions of \(program)" }
  static func status(of session: String) -> String { "Status of \(session)" }
  static func revocation(of key: String) -> String { "Revocation of key \(key)" }
  static let replacementOfTheKey = "Replacement of this account's key"

  // MARK: How far it has come

  static let willSend = "Will send when online"
  static func willSendAfter(_ clock: String) -> String { "Will send after \(clock)" }
  static let waitsForTheOneBefore = "Waits for the one before it"
  static let notKnownAsksAgain = "Not known if it arrived; asks again when online"
  static let sending = "Sending"
  static let notKnown = "Not known if it arrived"
  static let notKnownAfterALook = "Not known if it arrived; the server does not show it"
  static let changedSinceYouLooked = "Changed since you looked"
  static let keyIsMade = "The key is made: show it and store it"
  static let keyMadeWord = "Key made"
  static let keyWasMadeAndLost = "A key was made and its answer was lost: nobody has it"
  static let keyLostWord = "Nobody has this key"
  static let refusedGone = "Refused: there is no such thing."
  static func refusedRight(_ right: String?) -> String {
    if let right { "Refused: this key lacks \(right)." } else { "Refused: this key may not do it." }
  }

  static let refusedWord = "Refused"

  // MARK: Why

  static let looksFirst = "It is looked for on the server before anything is sent again."
  static let connectionBroke =
    "The connection broke after sending. Nothing is sent again before a look on the server."
  static let notFoundThere = "A look on the server did not find it. It can be sent again."
  static let triedWhenYouSaySo = "It is kept here, and tried again when you say so."
  static let yoursWouldReplace = "Yours would replace the whole text."
  static let renames = "Its name will change to this text."
  static let keyWaitsToBeStored = "It is shown until you say that you have stored it."
  static let anotherInItsPlace =
    "The server made it, and its answer was lost. Another can take its place; this one is revoked."
  static func noProgramCalled(_ name: String) -> String { "The server knows no program called \(name)." }
  static func lacks(_ right: String?) -> String {
    if let right { "This key lacks \(right)." } else { "This key may not do it." }
  }
  static let noSuchThingAnyMore = "There is no such thing any more."
  static func withoutRefused(_ sentence: String) -> String {
    let begin = "\(refusedWord): "
    guard sentence.hasPrefix(begin) else { return sentence }
    let rest = sentence.dropFirst(begin.count)
    return rest.prefix(1).uppercased() + rest.dropFirst()
  }

  // MARK: What became of a reply

  static let replyWaits = "Reply will be sent when online"
  static let replyNotDelivered = "Reply not delivered: see the outbox"
  static func replied(_ when: String, _ receipt: Receipt) -> String {
    switch receipt {
    case .notKnown: "Replied \(when)"
    case .notPickedUp: "Replied \(when) · not picked up yet"
    case .pickedUp: "Replied \(when) · picked up"
    case .neverPickedUp: "Replied \(when) · never picked up"
    }
  }
}
