package io.redistributed.pubsub;

import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The policies in their order: the first whose glob matches a channel counts, else the default. Immutable. */
public final class ChannelPolicies {

    /** Every channel by {@link ChannelPolicy#DEFAULT}. */
    public static final ChannelPolicies DEFAULT = new ChannelPolicies(List.of());

    private final List<Rule> rules;

    private ChannelPolicies(List<ChannelPolicy> policies) {
        this.rules = policies.stream()
                .map(policy -> new Rule(policy.pattern(), policy))
                .toList();
    }

    /**
     * Puts policies in order.
     *
     * @param policies the most special ones first
     * @return policies of which the first that matches counts
     */
    public static ChannelPolicies of(ChannelPolicy... policies) {
        return new ChannelPolicies(List.of(policies));
    }

    /**
     * Puts policies in order.
     *
     * @param policies the most special ones first
     * @return policies of which the first that matches counts
     */
    public static ChannelPolicies of(List<ChannelPolicy> policies) {
        return new ChannelPolicies(policies);
    }

    /**
     * Reads the {@code tracing.channels} part of the configuration:
     * {@code [{match: "orders.*", write: "envelope", relation: "link", baggage: true}]}; {@code write} and {@code relation}
     * have the default's values if missing, {@code baggage} is false with {@code link} and else true.
     *
     * @param json an array of objects
     * @return the policies in the order of the array
     * @throws IllegalArgumentException naming the key and what is allowed
     */
    public static ChannelPolicies from(JsonArray json) {
        List<ChannelPolicy> policies = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            Settings rule = new Settings(json.getJsonObject(i), "channels[" + i + "].");
            ChannelPolicy policy = new ChannelPolicy(
                    rule.string("match", "*"),
                    rule.constant("write", ChannelPolicy.DEFAULT.write()),
                    rule.constant("relation", ChannelPolicy.DEFAULT.relation()));
            policies.add(new ChannelPolicy(
                    policy.channels(), policy.write(), policy.relation(), rule.flag("baggage", policy.baggage())));
        }
        return new ChannelPolicies(policies);
    }

    /**
     * Finds the policy of a channel.
     *
     * @param channel its name, or that of the destination it stands for
     * @return the first that matches; {@link ChannelPolicy#DEFAULT} if none does
     */
    public ChannelPolicy of(String channel) {
        for (Rule rule : rules) {
            if (rule.pattern.matcher(channel).matches()) {
                return rule.policy;
            }
        }
        return ChannelPolicy.DEFAULT;
    }

    private record Rule(Pattern pattern, ChannelPolicy policy) {}
}
