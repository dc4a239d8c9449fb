package dev.cachebash.ui.overview

import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.layout.Layout
import androidx.compose.ui.layout.Measurable
import androidx.compose.ui.layout.Placeable
import androidx.compose.ui.unit.Constraints
import androidx.compose.ui.unit.dp

/**
 * Line 3, and what gives way when it is too narrow: the project shortens, then goes; the finding loses what follows its dot;
 * the account loses its middle. Percent and count of questions never give way.
 */
@Composable
internal fun DetailLayout(
    modifier: Modifier,
    start: @Composable () -> Unit,
    finding: (@Composable () -> Unit)?,
    shortFinding: (@Composable () -> Unit)?,
    account: (@Composable () -> Unit)?,
    project: (@Composable () -> Unit)?,
    questions: (@Composable () -> Unit)?,
) {
    val slots = listOf(start, finding, shortFinding, account, project, questions).map { it ?: {} }
    Layout(slots, modifier) { measurables, constraints ->
        val width = constraints.maxWidth
        val gap = GAP.roundToPx()
        val (starts, findings, shorts, accounts, projects) = measurables
        val fixed = starts.widths(gap) + measurables.last().widths(gap)
        var room = width - fixed
        val wantsAccount = accounts.firstOrNull()?.natural()?.plus(gap) ?: 0
        val wantsFull = findings.firstOrNull()?.natural()?.plus(gap) ?: 0
        val keepsFull = shorts.isEmpty() || wantsFull + minOf(wantsAccount, MIN_ACCOUNT.roundToPx()) <= room
        val chosen = (if (keepsFull) findings else shorts).firstOrNull()

        fun take(
            measurable: Measurable?,
            least: Int,
        ): Placeable? {
            if (measurable == null || room - gap < least) return null
            val placeable = measurable.measure(Constraints(maxWidth = minOf(room - gap, measurable.natural())))
            room -= placeable.width + gap
            return placeable
        }

        val first = starts.firstOrNull()?.measure(Constraints(maxWidth = width))
        val last = measurables.last().firstOrNull()?.measure(Constraints(maxWidth = width))
        val found = take(chosen, least = 0)
        val whose = take(accounts.firstOrNull(), least = 0)
        val where =
            take(
                projects.firstOrNull(),
                MIN_PROJECT.roundToPx().coerceAtMost(projects.firstOrNull()?.natural() ?: 0),
            )

        val placed = listOfNotNull(first, found, whose, where, last)
        val height = maxOf(constraints.minHeight, placed.maxOfOrNull { it.height } ?: 0)
        layout(width, height) {
            fun Placeable.at(x: Int) = placeRelative(x, (height - this.height) / 2)
            var x = 0
            for (part in listOfNotNull(first, found)) {
                part.at(x)
                x += part.width + gap
            }
            var end = width
            for (part in listOfNotNull(last, where, whose)) {
                end -= part.width
                part.at(end)
                end -= gap
            }
        }
    }
}

private fun List<Measurable>.widths(gap: Int): Int = sumOf { it.natural() + gap }

private fun Measurable.natural(): Int = maxIntrinsicWidth(Constraints.Infinity)

private val GAP = 10.dp
private val MIN_PROJECT = 28.dp
private val MIN_ACCOUNT = 48.dp
