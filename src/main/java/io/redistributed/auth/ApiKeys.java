package io.redistributed.auth;

import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Finds the caller of an API key. Thread-safe. */
final class ApiKeys {

    private record Entry(byte[] digest, Caller caller) {}

    private final List<Entry> entries;

    ApiKeys(List<AuthSettings.KeyHolder> holders) {
        entries = holders.stream()
                .flatMap(
                        holder -> holder.keys().stream().map(hash -> new Entry(ApiKey.digestOf(hash), holder.caller())))
                .toList();
    }

    /** Compares with all keys, each in constant time, so that the duration tells nothing about them. */
    Optional<Caller> find(String key) {
        byte[] digest = ApiKey.digest(key);
        Caller found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.digest, digest)) {
                found = entry.caller;
            }
        }
        return Optional.ofNullable(found);
    }
}
