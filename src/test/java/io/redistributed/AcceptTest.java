package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptTest {

    @RegisterExtension
    static final ApiFixture api = ApiFixture.start();

    private static ApiClient client;

    @BeforeAll
    static void connect() {
        client = api.client();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html | text/html",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | text/html",
                "TEXT/HTML | text/html",
                "text/* | text/html",
                "application/json;q=0.5, text/html;q=0.6 | text/html",
                "*/*;q=0.1, text/html | text/html",
                "text/html ; level=1 ; q=0.9 | text/html",
                "text/html;q=0.5, application/json | application/json",
                "text/html;q=0.5, */* | application/json",
                "text/html;q=0 | application/json",
                "text/html;q=0, */*;q=0.1 | application/json",
                "text/html;q=0, text/*;q=1 | application/json",
                "text/html, application/json | application/json",
                "*/* | application/json",
                "application/* | application/json",
                "application/xml | application/json",
                "text/htmlx | application/json",
                "x-text/html | application/json",
                "application/signed-exchange;v=\"text/html\" | application/json",
                "text/html;q=x;;=,/,;q | text/html",
                ",,, | application/json",
            })
    void entryHasPreferredType(String accept, String contentType) {
        assertThat(client.get("/", "accept", accept).headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith(contentType));
    }

    @Test
    void repeatedHeadersAreOneList() {
        assertThat(client.get("/", "accept", "application/json;q=0.3", "accept", "text/html")
                        .headers()
                        .firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text;version=1.0.0;escaping=values;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
                        + " | application/openmetrics-text",
                "application/openmetrics-text; version=1.0.0 | application/openmetrics-text",
                "application/openmetrics-text;q=0.3, text/plain;q=0.6 | text/plain",
                "application/openmetrics-text;q=0, */* | text/plain",
                "*/* | text/plain",
            })
    void metricsHavePreferredFormat(String accept, String contentType) {
        assertThat(client.get("/metrics", "accept", accept).headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith(contentType));
    }
}
