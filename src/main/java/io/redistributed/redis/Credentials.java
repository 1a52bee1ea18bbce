package io.redistributed.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystem;
import java.net.URLEncoder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the credentials of a connection from files. */
final class Credentials {

    private static final long MAX_BYTES = 64 * 1024;

    private Credentials() {}

    /**
     * Returns the URL with the credentials in the files; the URL itself without files. Fails with an
     * {@link UnreadableCredentialsException}.
     */
    static Future<String> into(String url, Optional<CredentialFiles> files, Vertx vertx) {
        if (files.isEmpty()) {
            return Future.succeededFuture(url);
        }
        RedisUrl parsed = RedisUrl.parse(url);
        // Encoded, as in the URL.
        Future<String> user = files.get()
                .user()
                .map(file -> read(vertx, file))
                .orElseGet(() -> Future.succeededFuture(parsed.user()));
        Future<String> password = read(vertx, files.get().password());
        return Future.all(user, password).map(read -> parsed.withCredentials(user.result(), password.result())
                .text());
    }

    private static Future<String> read(Vertx vertx, Path file) {
        FileSystem files = vertx.fileSystem();
        String path = file.toAbsolutePath().toString();
        return files.props(path)
                .compose(properties -> properties.isRegularFile() && properties.size() <= MAX_BYTES
                        ? files.readFile(path)
                        : Future.failedFuture("not a file of up to " + MAX_BYTES + " bytes"))
                .map(content -> content.toString(UTF_8).replaceFirst("\\r?\\n\\z", ""))
                .compose(value -> value.isEmpty() ? Future.failedFuture("empty") : Future.succeededFuture(value))
                .map(value -> URLEncoder.encode(value, UTF_8).replace("+", "%20"))
                .recover(cause -> Future.failedFuture(new UnreadableCredentialsException(
                        "cannot use the credentials in " + file + ": " + reason(cause), cause)));
    }

    private static String reason(Throwable cause) {
        return cause.getCause() instanceof NoSuchFileException ? "file not found" : cause.getMessage();
    }
}
