import io.opentelemetry.api.GlobalOpenTelemetry;
import io.redistributed.pubsub.vertx.*;
import io.vertx.core.*;

public class Orders extends VerticleBase {
    @Override
    public Future<?> start() {
        var redis = config().getString("redis", "redis://localhost:6379");
        var telemetry = GlobalOpenTelemetry.get();
        return TracedSubscriber.connect(vertx, redis, telemetry)
                .compose(subscriber -> subscriber.subscribe("orders", order -> vertx.timer(order.body().length())))
                .compose(subscription -> TracedPublisher.connect(vertx, redis, telemetry))
                .compose(publisher -> publisher.publish("orders", "two espresso cups"));
    }
}
