package io.redistributed.spring;

import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Holds the properties {@code redistributed.*}. A value that is not allowed, or a key that does not exist, stops the
 * start.
 *
 * @param enabled Whether Redis Pub/Sub messages are traced.
 * @param channels Policies of channels. The first whose 'match' fits a channel applies. Other channels are read and not
 *     written.
 * @param excludeChannels Globs of channels whose messages are neither traced nor changed. A value of your own replaces
 *     the default.
 */
@ConfigurationProperties(prefix = "redistributed", ignoreUnknownFields = false)
public record RedistributedProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue List<Channel> channels,

        @DefaultValue({
            "__*__:*",
            "spring:session:*",
            "redisson_*",
            "*redisson:tomcat_*",
            "jcache_*_channel:*",
            "*{*}*:topic",
            "*{*}*:adder-topic",
            "{*:org.redisson.executor.RemoteExecutorService}:*"
        })
        List<String> excludeChannels) {

    /** Checks the globs. */
    public RedistributedProperties {
        for (int i = 0; i < channels.size(); i++) {
            requireGlob(
                    "redistributed.channels[" + i + "].match", channels.get(i).match());
        }
        for (int i = 0; i < excludeChannels.size(); i++) {
            requireGlob("redistributed.exclude-channels[" + i + "]", excludeChannels.get(i));
        }
    }

    /**
     * Holds the policy of some channels.
     *
     * @param match Glob over channel names: '*' any characters, '?' one.
     * @param write Header that publishers write. Readers that do not know it see it as part of the message.
     * @param relation How the CONSUMER span relates to the PRODUCER span.
     * @param baggage Whether listeners get the sender's baggage and tracestate. Default: true; false with relation
     *     'link'.
     */
    public record Channel(
            @Nullable String match,
            @DefaultValue("none") WireFormat write,
            @DefaultValue("parent") Relation relation,
            @Nullable Boolean baggage) {

        private ChannelPolicy policy() {
            boolean propagated = baggage == null ? relation != Relation.LINK : baggage;
            return new ChannelPolicy(String.valueOf(match), write, relation, propagated);
        }
    }

    private static void requireGlob(String key, @Nullable String glob) {
        if (glob == null || glob.isBlank()) {
            throw new InvalidConfigurationPropertyValueException(
                    key, glob, "it must be a glob over channel names, such as orders.*");
        }
    }

    ChannelPolicies policies() {
        return ChannelPolicies.of(channels.stream().map(Channel::policy).toList());
    }

    /** Returns which channels are not excluded. */
    Predicate<String> channelFilter() {
        List<Predicate<String>> excluded = new ArrayList<>();
        for (String glob : excludeChannels) {
            excluded.add(Globs.matcher(glob));
        }
        return channel -> enabled && excluded.stream().noneMatch(glob -> glob.test(channel));
    }
}
