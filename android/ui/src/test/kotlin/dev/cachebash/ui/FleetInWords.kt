package dev.cachebash.ui

// What the fleet of the shared script says, word for word; read aloud first, then as written.

/** The fleet of the shared script, as the overview says it at its end. */
internal val FLEET =
    listOf(
        "Home fleet",
        "As of 14:02:10",
        "1 needs you",
        "13 programs: 1 needs you, 1 silent, 1 stalled, 4 working, 1 pinned, 2 finished, 3 quiet",
        "Needs you 1",
        "deployer, blocked, 80 percent, heard 40 seconds ago, waiting 4 minutes, says: Holding the " +
            "session table migration | 40 s; 80 %; waiting 4 min",
        "Stalled or silent 2",
        "scribe, working, 30 percent, silent, usually every 5 minutes, heard 2 hours ago | 2 h; 30 %; " +
            "silent · usually every 5 min",
        "indexer, working, 62 percent, no change for 18 minutes, heard 20 seconds ago | 20 s; 62 %; no " +
            "change 18 min",
        "Working 4",
        "orchestrator, working, 70 percent, about 55 to 85 minutes, heard 5 seconds ago, 1 open question | 5 s; " +
            "70 %; ≈ 55–85 min; auth; ? 1",
        "tester, working, heard 1 minute ago | 1 min; No progress reported; auth",
        "reviewer, working, 82 percent, about 23 to 35 minutes, heard 35 seconds ago | 35 s; 82 %; ≈ 23–35 min; auth",
        "builder, working, 45 percent, about 30 to 105 minutes, heard 12 seconds ago, 2 open questions | 12 s; 45 %; " +
            "≈ 30–105 min; auth; ? 2",
        "Pinned 1",
        "sentinel, pinned, heard 50 seconds ago | 50 s",
        "Finished today 2",
        "linter, complete, 100 percent, finished at 09:12 | 09:12; 100 %; auth",
        "migrator, complete, 100 percent, finished at 11:40 | 11:40; 100 %",
        "Quiet 3",
        "translator, complete, 100 percent, heard 3 days ago | 3 d; 100 %; sign-in",
        "researcher, complete, 100 percent, heard 1 day ago | 1 d; 100 %",
        "archivist, never seen | –; No progress reported",
    )

/** The same, 37 minutes after the server went away: clock times throughout, and nothing is missing. */
internal val FLEET_OFFLINE =
    listOf(
        "Home fleet",
        "Offline · as of 14:02 (37 min ago)",
        "1 needs you",
        "13 programs: 1 needs you, 1 silent, 1 stalled, 4 working, 1 pinned, 2 finished, 3 quiet",
        "Needs you 1",
        "deployer, blocked, 80 percent, heard at 14:01, waiting since 13:58, says: Holding the session " +
            "table migration | 14:01; 80 %; waiting since 13:58",
        "Stalled or silent 2",
        "scribe, working, 30 percent, silent since 11:58, heard at 11:58 | 11:58; 30 %; silent since " +
            "11:58",
        "indexer, working, 62 percent, no change since 13:44, heard at 14:01 | 14:01; 62 %; no change " +
            "since 13:44",
        "Working 4",
        "orchestrator, working, 70 percent, between 14:57 and 15:27, heard at 14:02, 1 open question | 14:02; 70 %; " +
            "≈ 14:57–15:27; auth; ? 1",
        "tester, working, heard at 14:00 | 14:00; No progress reported; auth",
        "reviewer, working, 82 percent, between 14:25 and 14:41, heard at 14:01 | 14:01; 82 %; ≈ 14:25–14:41; auth",
        "builder, working, 45 percent, between 14:31 and 15:46, heard at 14:01, 2 open questions | 14:01; 45 %; " +
            "≈ 14:31–15:46; auth; ? 2",
        "Pinned 1",
        "sentinel, pinned, heard at 14:01 | 14:01",
        "Finished today 2",
        "linter, complete, 100 percent, finished at 09:12 | 09:12; 100 %; auth",
        "migrator, complete, 100 percent, finished at 11:40 | 11:40; 100 %",
        "Quiet 3",
        "translator, complete, 100 percent, heard Fri 09:30 | Fri 09:30; 100 %; sign-in",
        "researcher, complete, 100 percent, heard Sun 11:05 | Sun 11:05; 100 %",
        "archivist, never seen | –; No progress reported",
    )

/** The builder's page, card by card. */
internal val BUILDERS_PAGE =
    listOf(
        "builder",
        "Working",
        "Last heard 12 s ago, at 14:01:58 · read at 14:02:10",
        "builder, working, 45 percent, about 30 to 105 minutes, heard 12 seconds ago, 2 open questions. Builder. " +
            "Last heard 12 s ago, at 14:01:58 · read at 14:02:10",
        "Now",
        "auth",
        "Implementing JWT validation",
        "45 %",
        "≈ 30–105 min",
        "from the last 38 min",
        "12:32–14:02, 13 steps, 39 beats, at 45.0",
        "14:31–15:46",
        "Fell from 18 to 10 % at 13:13. Hatched: not seen here 13:33–13:44. Ticks are heartbeats; the " +
            "next is due by 14:03:58.",
        "Context 38 % left",
        "Session builder.auth-7, seen since 12:32",
        "Hand-off notes",
        "12:30",
        "Signature and audience checks are in and tested. Left for the next session: a refresh token " +
            "that arrives in its last second. The failing case is in the token tests, named for the clock " +
            "that runs ahead. Do not touch the key rotation job before the reviewer has read it.",
        "Written by builder in session builder.auth-6",
        "Open questions",
        "2",
        "1. Should an expired refresh token answer 401 or 403? In its state since 12:30",
        "2. May the audience list hold more than one service? In its state since 12:30",
        "Work items",
        "3",
        "Refresh token edge cases",
        "Key rotation without downtime",
        "Sixty seconds of clock skew",
        "Last task",
        "Implement the auth module",
        "Completed",
        "Token checks pass. Refresh tokens still need their odd cases.",
        "Chain",
        "3 sessions",
        "builder.auth-7: seen since 12:32 · 45 %",
        "Took over 3 work items and 2 questions from builder.auth-6",
        "builder.auth-6: 10:05–12:30 · context last seen 9 %",
        "No record 09:10–10:05",
        "builder.auth-5: 08:02–09:10 · login form",
        "Keys",
        "1",
        "builder agent; Fingerprint 99fdb4d6…; Last used 12 s ago; Likely ends on 18 Feb 2027 (90 days, " +
            "the usual term)",
        "Sessions 3",
    )
