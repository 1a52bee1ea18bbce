package io.redistributed.pubsub;

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

    public static ChannelPolicies of(ChannelPolicy... policies) {
        return new ChannelPolicies(List.of(policies));
    }

    public static ChannelPolicies of(List<ChannelPolicy> policies) {
        return new ChannelPolicies(policies);
    }

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
