package dev.cachebash.ui.program

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.text.BasicText
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.text.SpanStyle
import androidx.compose.ui.text.buildAnnotatedString
import androidx.compose.ui.text.style.TextDirection
import androidx.compose.ui.text.withStyle
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import dev.cachebash.presentation.GaugeState
import dev.cachebash.presentation.NowState
import dev.cachebash.presentation.NumberState
import dev.cachebash.ui.part.AgentWords
import dev.cachebash.ui.part.Bar
import dev.cachebash.ui.part.Hairline
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.part.colour
import dev.cachebash.ui.sign.FindingMark
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Plain
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.medium
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** What the program does now: its words whole, the number, and how it came there. */
@Composable
internal fun NowCard(
    now: NowState,
    modifier: Modifier = Modifier,
) {
    TitledPanel(now.title, now.project, modifier) {
        now.status?.let { AgentWords(it, Look.type.body) }
        Row(
            Modifier.fillMaxWidth().padding(top = Space.s),
            Arrangement.spacedBy(Space.m, Alignment.Start),
            Alignment.Bottom,
        ) {
            now.number?.let { BigNumber(it, Modifier.weight(1f)) }
            now.note?.let { Words(it, Look.type.body.tabular(), Modifier.weight(1f), Look.colours.ink2) }
            Aside(now)
        }
        now.chart?.let { chart ->
            ProgressChart(
                chart,
                // A reader gets the sentence beneath, and once.
                Modifier.padding(top = 2.dp, bottom = Space.xs).clearAndSetSemantics {},
            )
        }
        now.bar?.let {
            val colour = if (it.moving) Look.colours.working else Look.colours.ink3
            Bar(it.value, colour, 6.dp, Modifier.fillMaxWidth().padding(top = Space.m))
        }
        now.sentence?.let {
            Words(
                it,
                Look.type.label
                    .copy(lineHeight = 20.sp, fontWeight = Plain)
                    .tabular(),
                colour = Look.colours.ink3,
            )
        }
        if (now.context != null || now.contextNote != null || now.session != null) {
            Hairline(Modifier.padding(vertical = Space.m))
            now.context?.let { Gauge(it) }
            now.contextNote?.let { Words(it, Look.type.support, colour = Look.colours.ink2) }
            now.session?.let {
                val above = if (now.context == null && now.contextNote == null) 0.dp else Space.s
                Words(it, Look.type.support.tabular(), Modifier.padding(top = above), Look.colours.ink2)
            }
        }
    }
}

/** A finding, when it will be done, or how long the program waits, at the end of the number's line. */
@Composable
private fun Aside(now: NowState) {
    now.finding?.let { finding ->
        Row(Modifier.padding(bottom = Space.s), Arrangement.spacedBy(6.dp), Alignment.CenterVertically) {
            FindingMark(finding.sign, finding.sign.colour)
            Words(
                finding.text,
                Look.type.support
                    .medium()
                    .tabular(),
                colour = finding.sign.colour,
            )
        }
    } ?: now.eta?.let { eta ->
        Column(Modifier.padding(bottom = Space.xs), horizontalAlignment = Alignment.End) {
            Words(eta.text, Look.type.head.tabular(), lines = 1)
            Words(eta.basis, Look.type.support.tabular(), colour = Look.colours.ink2, lines = 1)
        }
    } ?: now.waiting?.let {
        Words(it, Look.type.support.tabular(), Modifier.padding(bottom = Space.s), Look.colours.ink2)
    }
}

@Composable
private fun BigNumber(
    number: NumberState,
    modifier: Modifier = Modifier,
) {
    val unit = Look.type.title
    val small = SpanStyle(Look.colours.ink2, unit.fontSize, unit.fontWeight)
    val text =
        buildAnnotatedString {
            append(number.digits)
            withStyle(small) { append(number.unit) }
        }
    BasicText(
        text,
        modifier,
        Look.type.number
            .tabular()
            .copy(color = Look.colours.ink),
    )
}

@Composable
private fun Gauge(gauge: GaugeState) {
    Row(horizontalArrangement = Arrangement.spacedBy(Space.s), verticalAlignment = Alignment.CenterVertically) {
        Words(gauge.label, Look.type.support, colour = Look.colours.ink2, lines = 1)
        Bar(gauge.value, Look.colours.ink3, 6.dp, Modifier.weight(1f))
        Words(
            gauge.text,
            Look.type.support
                .strong()
                .tabular(),
            lines = 1,
        )
    }
}
