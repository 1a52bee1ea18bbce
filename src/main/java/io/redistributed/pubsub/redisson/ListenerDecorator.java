package io.redistributed.pubsub.redisson;

import java.util.EventListener;

/** Stands for a listener of the program with Redisson. */
interface ListenerDecorator extends EventListener {

    /** {@return the listener of the program} */
    EventListener listener();
}
