package dev.cachebash.presentation

import dev.cachebash.ffi.Ability
import dev.cachebash.ffi.Source
import dev.cachebash.presentation.words.Labels

// What a key may do, as far as its server's replies told. What nobody asked for yet is left out: nothing is guessed.

/** What a key may do; absent while all that was asked for was given. */
internal fun Labels.rights(abilities: List<Ability>): RightsState? {
    val rights = told(abilities)
    return if (rights.all { it.may }) null else RightsState(text("what_it_may"), rights)
}

/** What was told of a key's rights, given and refused. */
internal fun Labels.told(abilities: List<Ability>): List<RightState> {
    val told = abilities.associateBy { it.source }
    return RIGHTS.mapNotNull { source -> told[source]?.let { RightState(text("may.${source.key}"), it.allowed) } }
}

/** Those a person thinks of, in the order in which they are told. */
private val RIGHTS =
    listOf(
        Source.SESSIONS,
        Source.MESSAGES,
        Source.TASKS,
        Source.QUESTIONS,
        Source.PROGRAM_STATE,
        Source.KEYS,
    )
