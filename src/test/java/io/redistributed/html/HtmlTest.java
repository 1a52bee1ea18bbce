package io.redistributed.html;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HtmlTest {

    @Test
    void formatsNumbers() {
        assertThat(Html.number(1234567.0)).isEqualTo("1,234,567");
        assertThat(Html.number(-0.0)).isEqualTo("0");
        assertThat(Html.number(1234.56789)).isEqualTo("1,234.57");
        assertThat(Html.number(0.000123456789)).isEqualTo("0.000123457");
        assertThat(Html.number(0.1 + 0.2)).isEqualTo("0.3");
        assertThat(Html.number(1e-9)).isEqualTo("1E-9");
        assertThat(Html.number(1.5e20)).isEqualTo("1.5E+20");
        assertThat(Html.number(1234567.5)).isEqualTo("1,234,570");
        assertThat(Html.percent(1, 3)).isEqualTo("33.3 %");
        assertThat(Html.percent(0, 0)).isEqualTo("0.0 %");
    }

    @Test
    void truncatesLongText() {
        assertThat(Html.text("\uD83D\uDE00".repeat(121))).isEqualTo("\uD83D\uDE00".repeat(120) + "…");
    }

    @Test
    void svgRoundsAndEscapes() {
        assertThat(new Svg("a", 10, 20, "<t>", "&")
                        .line("", 1, 0.125, 1e-9, -2.5)
                        .bar("b", 0, 0, 1.0 / 3, 20, "'q'")
                        .path("", new double[] {1, 2, 3.25, 4})
                        .text("", 0, 5, "end", "\"")
                        .end())
                .isEqualTo("""
                        <svg class="a" viewBox="0 0 10 20" role="img"><title>&lt;t&gt;</title><desc>&amp;</desc>
                        <line x1="1" y1="0.13" x2="0" y2="-2.5"/>
                        <rect class="b" x="0" y="0" width="0.33" height="20"><title>&#39;q&#39;</title></rect>
                        <path d="M1 2L3.25 4"/>
                        <text x="0" y="5" text-anchor="end">&quot;</text>
                        </svg>
                        """);
    }
}
