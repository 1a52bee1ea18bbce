package io.redistributed.queue;

import io.redistributed.redis.RedisSettings;
import java.util.UUID;

/**
 * One of the parts that reports are spread over: its keys and channels share one hash tag, so that a script touches one
 * slot of a cluster. Reports stay in the partition they were made in, whose number their ids begin with.
 *
 * @param number from 0
 */
record Partition(int number) {

    /** Where all partitions' nodes look for what is not of one partition. */
    static final Partition FIRST = new Partition(0);

    private static final String CONTROL = ":control:";

    /** The number of the partition that a report is in, by its id; that of the first for what is no id, which has no such report. */
    static int numberOf(String id) {
        int end = id.indexOf('-');
        return end > 0 && end < 4 && id.chars().limit(end).allMatch(digit -> digit >= '0' && digit <= '9')
                ? Integer.parseInt(id.substring(0, end))
                : FIRST.number;
    }

    /**
     * Returns a new id: the partition number and 128 random bits. An id grants access to the report, so it must not be
     * guessable.
     */
    String newId() {
        return number + "-" + UUID.randomUUID().toString().replace("-", "");
    }

    /** Begins every key and channel; in itself no key. */
    String prefix() {
        return "{rd:" + number + "}";
    }

    /** The Redis, or that part of a cluster, where the partition is. */
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

    /** Sorted set: id → when it was created, µs. */
    String recent() {
        return prefix() + ":recent";
    }

    /** Returns the channel that announces cancelled attempts to one worker. */
    String controlChannel(String worker) {
        return prefix() + CONTROL + worker;
    }

    /** Of any partition. */
    static boolean isControlChannel(String channel) {
        return channel.contains(CONTROL);
    }

    /** The channel on which one worker gets its reports. */
    String workerChannel(String worker) {
        return prefix() + ":worker:" + worker;
    }

    /** Returns the channel that announces ended reports. */
    String endedChannel() {
        return prefix() + ":ended";
    }
}
