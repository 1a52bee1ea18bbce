package io.redistributed.pubsub;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Holds an ordered list of policies. The first whose glob matches a channel applies. If none matches,
 * {@link ChannelPolicy#READ_ONLY} applies. Immutable.
 *
 * @since 0.1.0
 */
public final class ChannelPolicies {

    /** Applies {@link ChannelPolicy#READ_ONLY} to all channels. */
    public static final ChannelPolicies READ_ONLY = new ChannelPolicies(List.of());

    /** Applies {@link ChannelPolicy#BINARY} to all channels. */
    public static final ChannelPolicies BINARY = of(ChannelPolicy.BINARY);

    private final List<Rule> rules;

    private ChannelPolicies(List<ChannelPolicy> policies) {
        this.rules = policies.stream()
                .map(policy -> new Rule(policy.pattern(), policy))
                .toList();
    }

    /**
     * Creates an ordered list of policies.
     *
     * @param policies most specific first
     * @return the policies, of which the first match applies
     */
    public static ChannelPolicies of(ChannelPolicy... policies) {
        return new ChannelPolicies(List.of(policies));
    }

    /**
     * Creates an ordered list of policies.
     *
     * @param policies most specific first
     * @return the policies, of which the first match applies
     */
    public static ChannelPolicies of(List<ChannelPolicy> policies) {
        return new ChannelPolicies(policies);
    }

    /**
     * Returns the policy of a channel.
     *
     * @param channel name of the channel or of its destination
     * @return the first match; {@link ChannelPolicy#READ_ONLY} if there is none
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
