package io.redistributed.queue;

import io.redistributed.redis.RedisSettings;
import java.util.UUID;

/**
 * Names the keys and channels of one partition. They share one hash tag, so a script uses one slot of a cluster. A
 * report stays in its partition; its id begins with the partition's number.
 *
 * @param number from 0
 */
record Partition(int number) {

    /** Holds data that does not belong to one partition. */
    static final Partition FIRST = new Partition(0);

    private static final String CONTROL = ":control:";

    /**
     * Returns the partition's number from a report's id. Returns the first for an invalid id, which names no report.
     */
    static int numberOf(String id) {
        int end = id.indexOf('-');
        return end > 0 && end < 4 && id.chars().limit(end).allMatch(digit -> digit >= '0' && digit <= '9')
                ? Integer.parseInt(id.substring(0, end))
                : FIRST.number;
    }

    /** Returns whether the text begins as the ids of this partition do. */
    boolean has(String id) {
        return id.startsWith(number + "-");
    }

    /**
     * Returns a new id: the partition number, 122 random bits, and the tag of the owner. Without authentication an id
     * grants access to the report, so it must not be guessable.
     */
    String newId(Owner owner) {
        return number + "-" + UUID.randomUUID().toString().replace("-", "") + owner.tag();
    }

    /** Returns the prefix of every key and channel, which is not a key. */
    String prefix() {
        return "{rd:" + number + "}";
    }

    /** Returns settings that connect to the partition's server. */
    RedisSettings in(RedisSettings redis) {
        return redis.withHashTag(prefix());
    }

    String report(String id) {
        return prefix() + ":report:" + id;
    }

    String input(String id) {
        return prefix() + ":input:" + id;
    }

    String result(String id) {
        return prefix() + ":result:" + id;
    }

    /** Returns the sorted set of the ids of each call by creation time in µs; see {@code submit.lua}. */
    String recent() {
        return prefix() + ":recent";
    }

    /** String: see {@link DataVersion}. */
    String version() {
        return prefix() + ":version";
    }

    /** Hash: what workers in other languages need, see {@link PublishedProtocol}. */
    String protocol(int version) {
        return prefix() + ":protocol:" + version;
    }

    /** Returns the channel that announces cancelled attempts to one worker. */
    String controlChannel(String worker) {
        return prefix() + CONTROL + worker;
    }

    /** Returns whether a channel is a control channel of any partition. */
    static boolean isControlChannel(String channel) {
        return channel.contains(CONTROL);
    }

    /** Returns the channel on which one worker receives its reports. */
    String workerChannel(String worker) {
        return prefix() + ":worker:" + worker;
    }

    /** Returns the channel that announces ended reports. */
    String endedChannel() {
        return prefix() + ":ended";
    }
}
