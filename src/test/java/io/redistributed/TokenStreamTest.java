package io.redistributed;

import static io.redistributed.testing.JsonWebTokens.claims;
import static io.redistributed.testing.JsonWebTokens.jwk;
import static io.redistributed.testing.JsonWebTokens.set;
import static io.redistributed.testing.JsonWebTokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An event stream whose token expires. */
class TokenStreamTest {

    @TempDir
    Path folder;

    @Test
    void endsWithItsToken() throws IOException, NoSuchAlgorithmException {
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
            long soon = System.currentTimeMillis() / 1000 + 3;
            String token = token("a", pair, claims().put("exp", soon));

            try (InputStream events = service.client()
                    .open("/events", "authorization", "Bearer " + token)
                    .body()) {
                String all = new String(events.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(all).startsWith("retry: ");
            }
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(soon * 1000);
            assertThat(service.client()
                            .get("/events", "authorization", "Bearer " + token)
                            .statusCode())
                    .isEqualTo(401);
        }
    }
}
