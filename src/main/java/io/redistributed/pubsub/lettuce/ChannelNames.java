package io.redistributed.pubsub.lettuce;

import io.lettuce.core.codec.RedisCodec;
import java.nio.charset.StandardCharsets;

/** Names channels of any type. */
final class ChannelNames {

    private ChannelNames() {}

    /** Returns the channel as text: the bytes that Redis sees, as UTF-8. */
    static <K> String of(RedisCodec<K, ?> codec, K channel) {
        return channel instanceof String text
                ? text
                : StandardCharsets.UTF_8.decode(codec.encodeKey(channel)).toString();
    }
}
