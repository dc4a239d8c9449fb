import CacheBash

/// What a person asked for, and how far it has come.
extension Labels {
  /// What was asked for and for whom, without its text.
  public func action(_ action: Action) -> String {
    switch action {
    case .sendMessage(let to, _, _, nil): Words.message(to: to)
    case .sendMessage(let to, _, _, _?): Words.reply(to: to)
    case .answerQuestion(let question, _): Words.answer(to: question)
    case .createTask(let to, _, _): Words.task(for: to)
    case .claimTask(let task): Words.claim(of: task)
    case .completeTask(let task, _, _): Words.completion(of: task)
    case .editHandOffNotes(let program, _, _): Words.notes(of: program)
    case .editOpenQuestions(let program, _, _): Words.questions(of: program)
    case .updateSession(let session, _, _, _): Words.status(of: session)
    case .revokeKey(let keyHash): Words.revocation(of: String(keyHash.prefix(Labels.shortFingerprint)))
    case .createKey(let key, _): Words.newKey(for: key.program)
    case .rotateKey: Words.replacementOfTheKey
    }
  }

  /// How far it has come; never that it was sent while it may not have arrived.
  public func delivery(_ line: OutboxLine) -> String {
    switch line.delivery {
    case .waiting where line.behind != nil: Words.waitsForTheOneBefore
    case .waiting(let notBefore?): Words.willSendAfter(clockSeconds(notBefore))
    case .waiting: line.mayHaveArrived ? Words.notKnownAsksAgain : Words.willSend
    case .sending: Words.sending
    case .refused(let setback): refused(setback)
    case .unknown(let looked): looked ? Words.notKnownAfterALook : Words.notKnown
    case .keyRefused: Words.keyRefused
    case .notesChanged, .questionsChanged: Words.changedSinceYouLooked
    case .keyIssued: Words.keyIsMade
    case .keyUnseen: Words.keyWasMadeAndLost
    }
  }

  /// The same in a word or two, for the head of a card whose reason stands below.
  func deliveryWord(_ line: OutboxLine) -> String {
    switch line.delivery {
    case .waiting where line.behind == nil && line.mayHaveArrived: Words.notKnown
    case .refused: Words.refusedWord
    case .unknown: Words.notKnown
    case .keyIssued: Words.keyMadeWord
    case .keyUnseen: Words.keyLostWord
    case .waiting, .sending, .keyRefused, .notesChanged, .questionsChanged: delivery(line)
    }
  }

  /// Why a line stands where it stands; nil where its word says all.
  func deliveryReason(_ line: OutboxLine) -> String? {
    switch line.delivery {
    case .waiting where line.mayHaveArrived && line.behind == nil: Words.looksFirst
    case .waiting, .sending: line.renames ? Words.renames : nil
    case .refused(let setback): why(setback, line.action)
    case .unknown(let looked): looked ? Words.notFoundThere : Words.connectionBroke
    case .keyRefused: Words.triedWhenYouSaySo
    case .notesChanged, .questionsChanged: Words.yoursWouldReplace
    case .keyIssued: Words.keyWaitsToBeStored
    case .keyUnseen: Words.anotherInItsPlace
    }
  }

  /// A refusal as a sentence under the word "Refused": the same words without saying so again.
  private func why(_ setback: Setback, _ action: Action) -> String {
    switch (setback, action) {
    case (.rejected(.unknownTarget), .sendMessage(let to, _, _, _)),
      (.rejected(.unknownTarget), .createTask(let to, _, _)):
      Words.noProgramCalled(to)
    case (.rejected(let reason), _): Words.withoutRefused(refusal(reason))
    case (.forbidden(let capability), _): Words.lacks(capability)
    case (.notFound, _): Words.noSuchThingAnyMore
    }
  }

  private func refused(_ setback: Setback) -> String {
    switch setback {
    case .rejected(let reason): refusal(reason)
    case .forbidden(let capability): Words.refusedRight(capability)
    case .notFound: Words.refusedGone
    }
  }

  /// What became of a reply to an open question; never that it was answered.
  public func reply(_ progress: ReplyProgress, now: Int64) -> String {
    switch progress {
    case .waiting: Words.replyWaits
    case .notDelivered: Words.replyNotDelivered
    case .sent(let at, let receipt): Words.replied(dayClock(at, now: now), receipt)
    }
  }

  private static let shortFingerprint = 8
}
