@file:OptIn(ExperimentalComposeUiApi::class)

package dev.cachebash.ui

import androidx.compose.runtime.Composable
import androidx.compose.ui.ExperimentalComposeUiApi
import androidx.compose.ui.ImageComposeScene
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.platform.Font
import androidx.compose.ui.unit.Density
import dev.cachebash.ui.theme.CompanionTheme
import org.jetbrains.skia.EncodedImageFormat
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import java.awt.image.BufferedImage
import java.io.ByteArrayInputStream
import java.io.File
import javax.imageio.ImageIO
import kotlin.math.abs

/** Type that is the same on every machine. */
internal val roboto =
    FontFamily(
        Font("fonts/Roboto-Regular.ttf", FontWeight.Normal),
        Font("fonts/Roboto-Medium.ttf", FontWeight.Medium),
        Font("fonts/Roboto-Bold.ttf", FontWeight.Bold),
    )

/** Likewise for keys. */
internal val robotoMono = FontFamily(Font("fonts/RobotoMono-Regular.ttf", FontWeight.Normal))

/** A picture of a screen beside the one that was looked at and kept. */
internal class Golden(
    private val name: String,
    private val dark: Boolean = false,
    private val text: Float = 1f,
    /** As high as a phone, for what stands at its foot; else as high as the screen is. */
    private val phone: Boolean = false,
) {
    /** Draws [screen] 390 wide, and fails if it differs from the kept picture. */
    fun check(screen: @Composable () -> Unit) {
        val actual = render(screen).let { if (phone) it else cropped(it) }
        val kept = File("src/test/goldens/$name.png")
        val out = File("target/goldens").apply { mkdirs() }
        ImageIO.write(actual, "png", out.resolve("$name.png"))
        if (System.getProperty("goldens.update") == "true") {
            kept.parentFile.mkdirs()
            ImageIO.write(actual, "png", kept)
            return
        }
        assertTrue(kept.exists()) {
            "no kept picture for $name; look at ${out.resolve("$name.png")}, then run with -Dgoldens.update=true"
        }
        compare(ImageIO.read(kept), actual, out)
    }

    private fun render(screen: @Composable () -> Unit): BufferedImage {
        val scene =
            ImageComposeScene(
                WIDTH * DENSITY,
                (if (phone) PHONE else TALLEST) * DENSITY,
                Density(DENSITY.toFloat(), text),
            ) {
                CompanionTheme(dark, roboto, motion = false, robotoMono, content = screen)
            }
        try {
            scene.render(0)
            val png = requireNotNull(scene.render(ONE_SECOND).encodeToData(EncodedImageFormat.PNG)).bytes
            return ImageIO.read(ByteArrayInputStream(png))
        } finally {
            scene.close()
        }
    }

    /** Without the empty canvas below the last thing drawn. */
    private fun cropped(picture: BufferedImage): BufferedImage {
        val empty = picture.getRGB(0, picture.height - 1)
        val last =
            (picture.height - 1 downTo 0).first { y ->
                (0 until picture.width).any {
                    picture.getRGB(it, y) !=
                        empty
                }
            }
        return copy(picture, minOf(picture.height, last + MARGIN * DENSITY))
    }

    private fun copy(
        picture: BufferedImage,
        height: Int,
    ): BufferedImage {
        val image = BufferedImage(picture.width, height, BufferedImage.TYPE_INT_RGB)
        image.createGraphics().run {
            drawImage(picture, 0, 0, null)
            dispose()
        }
        return image
    }

    private fun compare(
        kept: BufferedImage,
        actual: BufferedImage,
        out: File,
    ) {
        if (kept.width != actual.width || kept.height != actual.height) {
            fail<Unit>("$name is ${actual.width} × ${actual.height}, kept is ${kept.width} × ${kept.height}; see $out")
        }
        val diff = BufferedImage(kept.width, kept.height, BufferedImage.TYPE_INT_RGB)
        var differing = 0
        for (y in 0 until kept.height) {
            for (x in 0 until kept.width) {
                if (far(kept.getRGB(x, y), actual.getRGB(x, y))) {
                    differing++
                    diff.setRGB(x, y, RED)
                }
            }
        }
        val share = differing.toDouble() / (kept.width * kept.height)
        if (share > ALLOWED) {
            ImageIO.write(diff, "png", out.resolve("$name-diff.png"))
            fail<Unit>("$name differs in ${"%.3f".format(share * 100)} % of its pixels; see $out")
        }
    }

    private fun far(
        one: Int,
        other: Int,
    ): Boolean = listOf(0, 8, 16).any { abs((one shr it and 0xFF) - (other shr it and 0xFF)) > STEP }

    private companion object {
        const val WIDTH = 390
        const val DENSITY = 2
        const val TALLEST = 4_000
        const val PHONE = 844
        const val MARGIN = 24
        const val ONE_SECOND = 1_000_000_000L
        const val RED = 0xFF0000

        /** A pixel may differ by so much, and so many may differ by more. */
        const val STEP = 8
        const val ALLOWED = 0.001
    }
}
