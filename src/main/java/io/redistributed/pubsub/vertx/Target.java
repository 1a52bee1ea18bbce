package io.redistributed.pubsub.vertx;

/** What Redis is asked to send the messages of: a channel, or all channels that match a pattern. */
record Target(String name, boolean isPattern) {

    @Override
    public String toString() {
        return isPattern ? "pattern " + name : name;
    }
}
