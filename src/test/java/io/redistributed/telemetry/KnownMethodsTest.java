package io.redistributed.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KnownMethodsTest {

    @Test
    void knowsStandardMethods() {
        KnownMethods methods = KnownMethods.of(null);
        assertThat(methods.attribute("PATCH")).isEqualTo("PATCH");
        assertThat(methods.original("PATCH")).isNull();
        assertThat(methods.inSpanName("PATCH")).isEqualTo("PATCH");
    }

    @Test
    void blankListIsDefault() {
        assertThat(KnownMethods.of(" ").attribute("GET")).isEqualTo("GET");
    }

    @Test
    void otherMethodsShareOneName() {
        KnownMethods methods = KnownMethods.of(null);
        assertThat(methods.attribute("get")).isEqualTo("_OTHER");
        assertThat(methods.original("get")).isEqualTo("get");
        assertThat(methods.inSpanName("get")).isEqualTo("HTTP");
    }

    @Test
    void listReplacesDefault() {
        KnownMethods methods = KnownMethods.of(" GET, BREW,GET ");
        assertThat(methods.attribute("BREW")).isEqualTo("BREW");
        assertThat(methods.attribute("GET")).isEqualTo("GET");
        assertThat(methods.attribute("POST")).isEqualTo("_OTHER");
    }
}
