package io.redistributed.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthSettingsTest {

    private static final String HASH = "sha256:" + "a".repeat(64);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "localhost", "::1", "0:0:0:0:0:0:0:1"})
    void loopbackNeedsNoAuthentication(String host) {
        assertThatCode(() -> settings("{}").requireProtected(host)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "10.0.0.1",
                "192.168.1.1",
                "localhost.example.com",
                "example.com",
                "",
                "::ffff:10.0.0.1"
            })
    void otherAddressesNeedAuthentication(String host) {
        assertThatThrownBy(() -> settings("{}").requireProtected(host))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host")
                .hasMessageContaining("auth.callers")
                .hasMessageContaining("auth.insecure: true");
        assertThatCode(() -> settings("{\"insecure\": true}").requireProtected(host))
                .doesNotThrowAnyException();
        assertThatCode(() -> settings(caller("ci", HASH, "read")).requireProtected(host))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'callers': [1]} | auth.callers[0]: must be an object",
                "{'callers': [{'name': 'a b', 'keys': ['HASH'], 'rights': ['read']}]} | auth.callers[0].name",
                "{'callers': [{'name': 'a', 'keys': [], 'rights': ['read']}]} | auth.callers[0].keys",
                "{'callers': [{'name': 'a', 'keys': ['rd_secret'], 'rights': ['read']}]} | auth.callers[0].keys",
                "{'callers': [{'name': 'a', 'keys': ['HASH'], 'rights': []}]} | auth.callers[0].rights",
                "{'callers': [{'name': 'a', 'keys': ['HASH'], 'rights': ['write']}]} | auth.callers[0].rights: \"write\" is not one of submit",
                "{'callers': [{'name': 'a', 'keys': ['HASH', 'HASH'], 'rights': ['read']}]} | a key may be listed only once",
                "{'callers': [{'name': 'a', 'keys': ['HASH'], 'rights': ['read'], 'x': 1}]} | auth.callers[0].x: unknown key",
                "{'insecure': true, 'callers': [{'name': 'a', 'keys': ['HASH'], 'rights': ['read']}]} | auth.insecure",
                "{'jwt': {'jwks': 'http://example.com/k', 'issuer': 'i', 'audience': 'a'}} | auth.jwt.jwks",
                "{'jwt': {'jwks': 'k.json', 'audience': 'a'}} | auth.jwt.issuer",
                "{'jwt': {'jwks': 'k.json', 'issuer': 'i'}} | auth.jwt.audience",
                "{'jwt': {'jwks': 'k.json', 'issuer': 'i', 'audience': 'a', 'algorithms': ['none']}} | auth.jwt.algorithms",
                "{'jwt': {'jwks': 'k.json', 'issuer': 'i', 'audience': 'a', 'algorithms': ['HS256']}} | auth.jwt.algorithms",
                "{'jwt': {'jwks': 'k.json', 'issuer': 'i', 'audience': 'a', 'clockSkew': '1h'}} | auth.jwt.clockSkew",
            },
            quoteCharacter = '`')
    void namesWhatIsWrong(String json, String error) {
        assertThatThrownBy(() -> settings(json.replace('\'', '"').replace("HASH", HASH)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(error)
                .hasMessageNotContaining("rd_secret");
    }

    @Test
    void eachCallerHasItsOwnName() {
        JsonObject two = new JsonObject(caller("ci", HASH, "read"));
        two.getJsonArray("callers")
                .add(new JsonObject(caller("ci", "sha256:" + "b".repeat(64), "read"))
                        .getJsonArray("callers")
                        .getJsonObject(0));

        assertThatThrownBy(() -> settings(two.encode())).hasMessageContaining("auth.callers[1].name");
    }

    @Test
    void keyMatchesItsHashOnly() {
        String key = ApiKey.random();
        String other = ApiKey.random();
        AuthSettings settings = settings(caller("ci", ApiKey.hash(key), "submit"));
        ApiKeys keys = new ApiKeys(settings.holders());

        assertThat(key).matches("rd_[A-Za-z0-9_-]{43}").isNotEqualTo(other);
        assertThat(keys.find(key).orElseThrow().name()).isEqualTo("key:ci");
        assertThat(keys.find(other)).isEmpty();
        assertThat(keys.find(key + "x")).isEmpty();
    }

    private static String caller(String name, String hash, String right) {
        return "{\"callers\": [{\"name\": \"" + name + "\", \"keys\": [\"" + hash + "\"], \"rights\": [\"" + right
                + "\"]}]}";
    }

    private static AuthSettings settings(String json) {
        return AuthSettings.from(new Settings(new JsonObject(json), "auth."));
    }
}
