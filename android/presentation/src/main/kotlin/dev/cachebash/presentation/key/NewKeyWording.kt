package dev.cachebash.presentation.key

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.IssuedKey
import dev.cachebash.ffi.Pairing
import dev.cachebash.ffi.pairingLink
import dev.cachebash.presentation.LockedState
import dev.cachebash.presentation.field
import dev.cachebash.presentation.inALine
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.expiryEstimate
import dev.cachebash.presentation.words.missingCapability

/** So long may a program's id and a key's label be, in UTF-16 units (contract section 9). */
internal const val LONGEST_NAME = 100

internal fun Labels.keyForm(
    account: Account,
    program: String,
    label: String,
    creatable: Boolean,
    trouble: String?,
) = KeyFormState(
    aside = account.label,
    title = text("new_key"),
    close = text("close"),
    lead = text("new_key.lead"),
    program = field(text("field.program"), program, LONGEST_NAME),
    label = field(text("field.label"), label, LONGEST_NAME),
    create = text("create_key"),
    creatable = creatable,
    trouble = trouble,
)

internal fun Labels.replacing(
    account: Account,
    replaceable: Boolean,
    trouble: String?,
) = ReplaceState(
    aside = account.inALine,
    title = words.text("replace.title", account.label),
    close = text("close"),
    lead = text("replace.lead"),
    replace = text("replace_key"),
    replaceable = replaceable,
    trouble = trouble,
)

internal fun Labels.keyRefused(
    account: Account,
    capability: String?,
) = RefusedState(
    aside = account.label,
    title = text("new_key"),
    close = text("close"),
    locked =
        LockedState(
            text("may_not_create"),
            capability?.let { words.text("may_not_create.why", it) } ?: text("may_not_create.why"),
        ),
)

/** The wish waits in the outbox. */
internal fun Labels.kept(
    account: Account,
    replaces: Boolean,
) = KeptState(
    aside = account.label,
    title = keptTitle(replaces),
    close = text("close"),
    text = if (replaces) words.text("replacement_waits", account.label) else text("key_waits"),
)

/** The secret store did not give it: it stays in the outbox. */
internal fun Labels.notShown(
    account: Account,
    replaces: Boolean,
    why: String,
) = KeptState(aside = account.label, title = keptTitle(replaces), close = text("close"), text = why)

private fun Labels.keptTitle(replaces: Boolean): String = text(if (replaces) "replace_key" else "new_key")

/** [madeAt] is server time, milliseconds since the epoch. */
internal fun Labels.shownKey(
    account: Account,
    issued: IssuedKey,
    program: String,
    replaces: Boolean,
    madeAt: Long,
    stored: Boolean,
    asking: Boolean,
) = ShownKeyState(
    aside = if (replaces) words.text("replaced.aside", account.label) else words.text("new_key.for", program),
    title = text("shown_once"),
    close = text("close"),
    lead = text(if (replaces) "replaced.lead" else "shown_once.lead"),
    key = Secret(issued.key),
    link = Secret(pairingLink(Pairing(account.server, issued.key, program.ifEmpty { null }))),
    code = text("pairing_code"),
    copy = text("copy"),
    fingerprint = words.text("fingerprint", ends(issued.hash)),
    facts = listOf(expiryEstimate(madeAt + USUAL_TERM, madeAt)) + issued.missingForJob.map { missingCapability(it) },
    stored = text("have_stored"),
    isStored = stored,
    done = text("done"),
    hint = text("closing_asks").takeIf { !stored },
    asking =
        if (asking) {
            LoseItState(
                text("lose.title"),
                text(if (replaces) "replaced.lose.text" else "lose.text"),
                text("lose.keep"),
                text("lose.yes"),
            )
        } else {
            null
        },
)

private const val USUAL_TERM = 90 * Labels.DAY

/** "1828 ece3 … 3cf5 9f54": so much of it that two are told apart at both ends. */
private fun ends(hash: String): String {
    val groups = hash.chunked(GROUP)
    return if (groups.size <= 2 * SHOWN) {
        groups.joinToString(" ")
    } else {
        (groups.take(SHOWN) + "…" + groups.takeLast(SHOWN)).joinToString(" ")
    }
}

private const val GROUP = 4
private const val SHOWN = 2
