package io.redistributed.pubsub;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Policies in their order: the first whose glob matches a channel counts. A channel that none matches is read and not
 * written: {@link ChannelPolicy#READ_ONLY}. Immutable.
 *
 * @since 0.1.0
 */
public final class ChannelPolicies {

    /** Every channel by {@link ChannelPolicy#READ_ONLY}. */
    public static final ChannelPolicies READ_ONLY = new ChannelPolicies(List.of());

    /** Every channel by {@link ChannelPolicy#BINARY}. */
    public static final ChannelPolicies BINARY = of(ChannelPolicy.BINARY);

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
     * Finds the policy of a channel.
     *
     * @param channel its name, or that of the destination it stands for
     * @return the first that matches; {@link ChannelPolicy#READ_ONLY} if none does
     */
    public ChannelPolicy of(String channel) {
        for (Rule rule : rules) {
            if (rule.pattern.matcher(channel).matches()) {
                return rule.policy;
            }
        }
        return ChannelPolicy.READ_ONLY;
    }

    private record Rule(Pattern pattern, ChannelPolicy policy) {}
}
