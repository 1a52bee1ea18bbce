package io.redistributed.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.load.Answer.Accepted;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {

    private static final String ID = "0-41fea3345464478baabc2240cfcf4cb7";
    private static final String BODY = """
            {"id":"%s","type":"simulated","state":"queued","traceId":"b6","links":{"id":"no"}}""".formatted(ID);

    @Test
    void queuedReportWithIdIsAccepted() {
        assertThat(accepted(202, BODY)).contains(new Accepted(ID, "b6"));
        assertThat(accepted(202, BODY.replace("\"traceId\":\"b6\",", ""))).contains(new Accepted(ID, null));
    }

    @Test
    void reportWithAnOwnerIsAccepted() {
        String id = ID + "-7e2db868f379fc8e9b6f";

        assertThat(accepted(202, BODY.replace(ID, id))).contains(new Accepted(id, "b6"));
    }

    @Test
    void otherStatusIsNotAccepted() {
        assertThat(accepted(200, BODY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"id\":",
                "{\"id\":\"0-1\",\"type\":\"simulated\",\"state\":\"queued\"}",
                "{\"id\":\"0-41fea3345464478baabc2240cfcf4cb7\",\"type\":\"summary\",\"state\":\"queued\"}",
                "{\"id\":\"0-41fea3345464478baabc2240cfcf4cb7\",\"type\":\"simulated\",\"state\":\"done\"}",
            })
    void otherBodyIsNotAccepted(String body) {
        assertThat(accepted(202, body)).isEmpty();
    }

    private static Optional<Accepted> accepted(int status, String body) {
        return new Answer(status, Buffer.buffer(body)).accepted("simulated");
    }
}
