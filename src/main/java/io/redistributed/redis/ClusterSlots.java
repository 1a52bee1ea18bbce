package io.redistributed.redis;

import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Maps slots to nodes, as {@code CLUSTER SLOTS} reports them. Nodes are URLs. */
record ClusterSlots(List<Range> ranges) {

    /** @param nodes the master, then its replicas */
    private record Range(int first, int last, List<String> nodes) {}

    /**
     * @param asked the node that gave the reply
     * @param like URL whose scheme and credentials apply to all nodes
     */
    static ClusterSlots of(Response reply, RedisUrl asked, RedisUrl like) {
        return new ClusterSlots(stream(reply)
                .map(range -> new Range(
                        range.get(0).toInteger(),
                        range.get(1).toInteger(),
                        stream(range)
                                .skip(2)
                                .map(node -> url(node, asked, like))
                                .toList()))
                .toList());
    }

    Optional<String> master(int slot) {
        return ranges.stream()
                .filter(range -> range.first <= slot && slot <= range.last)
                .map(range -> range.nodes.get(0))
                .findFirst();
    }

    List<String> masters() {
        return ranges.stream().map(range -> range.nodes.get(0)).distinct().toList();
    }

    Stream<String> nodes() {
        return ranges.stream().flatMap(range -> range.nodes.stream());
    }

    private static String url(Response node, RedisUrl asked, RedisUrl like) {
        // A node that does not know or report its own address has the address it was asked at.
        String host = node.get(0) == null ? "" : node.get(0).toString();
        return like.at(
                        host.isEmpty() || host.equals("?") ? asked.host() : host,
                        node.get(1).toInteger())
                .text();
    }

    private static Stream<Response> stream(Response list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
