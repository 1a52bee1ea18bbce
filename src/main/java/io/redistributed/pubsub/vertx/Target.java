package io.redistributed.pubsub.vertx;

/** Names a subscribed channel or pattern. */
record Target(String name, boolean isPattern) {

    @Override
    public String toString() {
        return isPattern ? "pattern " + name : name;
    }
}
