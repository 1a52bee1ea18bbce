package io.redistributed.queue;

/** The keys and channels of the queue. All share one hash tag, so that a script touches one slot of a cluster. */
final class Lane {

    static final String PREFIX = "{rd:0}";

    private Lane() {}

    static String report(String id) {
        return PREFIX + ":report:" + id;
    }

    static String input(String id) {
        return PREFIX + ":input:" + id;
    }

    static String result(String id) {
        return PREFIX + ":result:" + id;
    }

    /** Hash: report type → description, as workers announced it. */
    static String types() {
        return PREFIX + ":types";
    }

    /** The channel on which one worker is told that an attempt in its hands was cancelled. */
    static String controlChannel(String worker) {
        return PREFIX + ":control:" + worker;
    }

    /** The channel on which one worker gets its reports. */
    static String workerChannel(String worker) {
        return PREFIX + ":worker:" + worker;
    }

    /** The channel on which the end of one report is told. */
    static String endedChannel(String id) {
        return PREFIX + ":ended:" + id;
    }
}
