package dev.cachebash.presentation.account

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.RingKey
import dev.cachebash.presentation.hostOf
import dev.cachebash.presentation.told
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.keyFingerprint

/** The accounts, a line each. */
internal fun Labels.accountLines(accounts: List<Account>): List<AccountLineState> =
    accounts.map { account ->
        val host = hostOf(account.server).takeIf { it != account.label }
        AccountLineState(account.id, account.label, listOfNotNull(host, acting(account)))
    }

/** One account with its [ring]. */
internal fun Labels.account(
    account: Account,
    ring: List<RingKey>,
    refused: Boolean,
    alone: Boolean,
) = AccountState(
    back = text("all_accounts").takeIf { !alone },
    acting = acting(account),
    stop = text("allow.no").takeIf { account.writesAllowed },
    keysTitle = text("keys"),
    keysCount = number(ring.size.toLong()),
    keys = ring.map { ringKey(it) },
    another = text("use_another_key"),
    replace = text("replace_key"),
    refused = words.text("cause.unauthorized").takeIf { refused },
    signOut = text("sign_out"),
)

private fun Labels.acting(account: Account): String = text(if (account.writesAllowed) "may_act" else "reads_only")

private fun Labels.ringKey(key: RingKey): RingKeyState {
    val use =
        when {
            key.own -> "ring.own"
            key.asks -> "ring.reads"
            else -> "ring.opens"
        }
    val rights = told(key.abilities)
    return RingKeyState(
        hash = key.hash,
        label = key.label,
        fingerprint = keyFingerprint(key.hash),
        use = text(use),
        rights = rights,
        untold = text("ring.untold").takeIf { key.asks && rights.isEmpty() },
        remove = text("remove").takeIf { !key.own },
    )
}

/** Before a key is forgotten. */
internal fun Labels.removing(
    key: RingKey,
    busy: Boolean,
    trouble: String?,
) = LosingState(
    title = words.text("remove.title", key.label),
    text = text(if (key.asks) "remove.reads" else "remove.opens"),
    warning = null,
    yes = text("remove"),
    no = text("cancel"),
    busy = busy,
    trouble = trouble,
)

/** Before an account is wiped. */
internal fun Labels.signingOut(
    account: Account,
    keys: Int,
    undelivered: Int,
    busy: Boolean,
    trouble: String?,
) = LosingState(
    title = words.text("sign_out.title", account.label),
    text = words.text("sign_out.text", count("keys", keys.toLong())),
    warning = loss(undelivered),
    yes = text("sign_out"),
    no = text("cancel"),
    busy = busy,
    trouble = trouble,
)
