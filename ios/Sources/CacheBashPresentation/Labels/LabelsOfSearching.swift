import CacheBash

/// What was searched.
extension Labels {
  /// What of it is not whole, a line each.
  public func reach(_ reach: SearchReach, now: Int64) -> [String] {
    let states =
      reach.statesRead < reach.programs
      ? Words.statesRead(number(Int(reach.statesRead)), number(Int(reach.programs)))
      : Words.statesWhole
    let tasks = reach.tasks == 0 ? Words.noTasks : Words.newestTasks(number(Int(reach.tasks)))
    let messages =
      reach.messagesSince.map { Words.messagesSince(dayClock($0, now: now)) } ?? Words.noMessages
    return [states, "\(tasks) \(messages)"] + (reach.questionsWhole ? [] : [Words.questionsCut])
  }
}
