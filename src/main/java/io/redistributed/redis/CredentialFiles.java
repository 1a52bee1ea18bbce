package io.redistributed.redis;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Names the files with the credentials of a Redis user. Both are read for each connection, so that a connection after a
 * change of the files uses the new credentials. Each holds one value in UTF-8 of up to 64 KiB; a line end after it is
 * not part of the value.
 *
 * @param user file with the name of the user; empty for the user of the URL, or the default user
 * @param password file with the password
 * @since 0.1.0
 */
public record CredentialFiles(Optional<Path> user, Path password) {}
