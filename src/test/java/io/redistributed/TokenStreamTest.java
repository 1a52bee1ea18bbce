package io.redistributed;

import static io.redistributed.testing.JsonWebTokens.claims;
import static io.redistributed.testing.JsonWebTokens.jwk;
import static io.redistributed.testing.JsonWebTokens.set;
import static io.redistributed.testing.JsonWebTokens.token;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An event stream whose token expires. */
class TokenStreamTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"authorization, 'Bearer '", "cookie, redistributed="})
    void endsWithItsToken(String name, String prefix) throws IOException, NoSuchAlgorithmException {
        KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        Path keys = Files.writeString(folder.resolve("jwks.json"), set(jwk("a", pair)));
        try (RedisServer redis = RedisServer.start();
                Service service = Service.start("""
                        redis: { endpoints: ["%s"] }
                        auth:
                          jwt: { jwks: "%s", issuer: "https://id.example", audience: reports, clockSkew: 0s }
                        verticles:
                          - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                        """.formatted(redis.url(), keys))) {
            ApiClient client = service.client();
            HttpResponse<String> events;
            String[] credentials;
            do {
                long soon = System.currentTimeMillis() / 1000 + 3;
                credentials = new String[] {name, prefix + token("a", pair, claims().put("exp", soon))};
                events = client.get("/events", credentials);
                // On a busy machine the token may expire before its request arrives.
            } while (events.statusCode() == 401);
            String[] expired = credentials;

            assertThat(events.body()).startsWith("retry: ");
            eventually(() -> client.get("/events", expired).statusCode() == 401);
        }
    }
}
