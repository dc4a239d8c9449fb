/// What a person can do, and what is said where it is done.
extension Words {
  // MARK: Places

  /// The tab of the overview.
  public static let fleet = "Fleet"
  /// The tab of the outbox.
  public static let outbox = "Outbox"

  // MARK: The outbox as a whole

  static let allDelivered = "All delivered"
  static let nothingWaits = "All that was asked for is done."
  static let needsADecision = "Needs a decision"
  static func needADecision(_ count: Int, _ number: String) -> String {
    count == 1 ? "\(number) needs a decision" : "\(number) need a decision"
  }
  static func willSend(_ number: String) -> String { "\(number) will send when online" }
  static let isBeingSent = "Is being sent"
  static func areBeingSent(_ count: Int, _ number: String) -> String {
    count == 1 ? "\(number) is being sent" : "\(number) are being sent"
  }

  // MARK: What can be done with a line

  /// Writes it anew.
  public static let edit = "Edit"
  static let discard = "Discard"
  static let discardMine = "Discard mine"
  static let sendMine = "Send mine"
  static let sendAgain = "Send again"
  static let showKey = "Show key"
  static let makeAnother = "Make another"
  static let lookNow = "Look now"
  static let lookWhenOnline = "Look when online"

  // MARK: Writing

  /// Puts what was written in place of what was there.
  public static let save = "Save"
  /// Leaves a sheet.
  public static let close = "Close"
  static let yours = "Yours"
  static let onTheServer = "On the server now"
  static let emptyThere = "Nothing is there"
  static let noLongerInTheOutbox = "It is no longer in the outbox: it was delivered or discarded."
  static func length(_ length: String, _ limit: String) -> String { "\(length) of \(limit)" }
  static let yourMessage = "Your message"
  static let yourAnswer = "Your answer"
  static let title = "Title"
  static let instructions = "Instructions"
  static let result = "Result"
  static let questionsOneALine = "Open questions, one a line"
  static let status = "Status"
}

/// What is said while a person writes, and before they may.
extension Words {
  // MARK: What will happen

  static let send = "Send"
  static let sendAsMessage = "Send as message"
  static let sendWhenOnline = "Send when online"
  static func keptUntilThen(_ what: String) -> String {
    "Kept on this phone until then, and sent once. \(what)"
  }
  static func goesAsAnswer(to asker: String?) -> String { "Goes to \(asker ?? "the agent") as the answer" }
  static func goesAsMessage(to name: String) -> String { "Goes to \(name) as a message" }
  static func readsAnswer(_ asker: String?) -> String {
    "\(asker ?? "The agent") reads it when it next asks for the answer."
  }
  static func quotesTheQuestion(_ program: String) -> String {
    "It quotes the question. The question stays in the list until \(program) takes it out."
  }
  static func readsMessage(_ program: String) -> String {
    "\(program) reads it when it next looks for messages."
  }
  static func eachReadsMessage(_ group: String) -> String {
    "Each program in \(group) reads it when it next looks for messages."
  }
  static let replacesTheWholeText = "Replaces the whole text"
  static let unlessItChanged = "If it changed since you looked, nothing is sent, and both texts are shown."

  // MARK: The sheet

  /// Replies to an open question.
  public static let reply = "Reply"
  /// Writes to the program of this page.
  public static let messageThisProgram = "Send a message"
  /// Whom a message goes to.
  public static let to = "To"
  static let yourReply = "Your reply"
  static let addOrAnswer = "Add something, or answer in your own words"
  static func withTheQuestion(_ length: String) -> String { "\(length), with the question" }
  static func withTheChoice(_ length: String) -> String { "\(length), with the choice" }
  static func askedAt(_ clock: String, by asker: String?) -> String {
    "\(asker ?? "An agent") asked at \(clock)"
  }

  // MARK: Leave to act

  /// Asked before the first act.
  public static let allowTitle = "Allow this phone to act for you?"
  /// Before what it may do.
  public static let allowLead = "So far it only reads. Once allowed, it may"
  /// What it may do.
  public static let allowed = [
    "Send messages, replies, answers and tasks", "Change notes, questions and sessions",
    "Create, rotate and revoke keys",
  ]
  /// What it may not do, and how to take it back.
  public static let allowFoot =
    "Nothing goes out without your tap, nor beyond what the key may do. You can take this back in Accounts."
  /// Yes.
  public static let allowYes = "Allow and go on"
  /// No.
  public static let allowNo = "Stay read only"

  // MARK: Accounts

  /// The sheet of the accounts.
  public static let accounts = "Accounts"
  /// Adds one.
  public static let anotherAccount = "Add an account"
  /// What a tap on whose fleet it is does, for a screen reader.
  public static let accountsHint = "Shows the accounts on this phone"
  /// The leave to act, as a switch.
  public static let mayAct = "This phone may act for you"
  /// The way out.
  public static let signOut = "Sign out"
  /// Before that.
  public static let signOutAsks =
    "All of this account on this phone is deleted, also what is not delivered. The server keeps its own."
}
