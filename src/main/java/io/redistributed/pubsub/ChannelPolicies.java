package io.redistributed.pubsub;

import io.redistributed.context.WireFormat;
import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
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

    public static ChannelPolicies of(ChannelPolicy... policies) {
        return new ChannelPolicies(List.of(policies));
    }

    public static ChannelPolicies of(List<ChannelPolicy> policies) {
        return new ChannelPolicies(policies);
    }

    /**
     * Reads the {@code tracing.channels} part of the configuration:
     * {@code [{match: "orders.*", write: "envelope", relation: "link"}]}; {@code write} and {@code relation} have the
     * default's values if missing.
     *
     * @param json null for none
     * @throws IllegalArgumentException naming the key and what is allowed
     */
    public static ChannelPolicies fromJson(JsonArray json) {
        List<ChannelPolicy> policies = new ArrayList<>();
        for (int i = 0; json != null && i < json.size(); i++) {
            JsonObject rule = json.getJsonObject(i);
            String place = "channels[" + i + "].";
            policies.add(new ChannelPolicy(
                    rule.getString("match", "*"),
                    Settings.choice(place + "write", WireFormat.class, rule.getString("write", "binary")),
                    Settings.choice(place + "relation", Relation.class, rule.getString("relation", "parent"))));
        }
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
