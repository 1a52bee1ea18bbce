package io.redistributed.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostTest {

    @ParameterizedTest
    @ValueSource(strings = {"::1", "fe80::1", "::", "127.0.0.1", "localhost"})
    void urlWithHostAndPortIsValid(String host) {
        URI url = URI.create("http://" + Host.inUrl(host) + ":4318/");

        assertThat(url.getHost().replaceAll("[\\[\\]]", "")).isEqualTo(host);
        assertThat(url.getPort()).isEqualTo(4318);
    }
}
