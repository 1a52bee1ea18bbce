package io.redistributed.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdSetTest {

    @Test
    void containsAddedUntilRemoved() {
        IdSet set = new IdSet(100_000);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 50_000; i++) {
            String id = "0-" + UUID.randomUUID().toString().replace("-", "");
            ids.add(id);
            assertThat(set.add(id)).isTrue();
        }

        assertThat(set.size()).isEqualTo(ids.size());
        assertThat(ids).isNotEmpty().allMatch(set::remove).noneMatch(set::remove);
        assertThat(set.size()).isZero();
    }

    @Test
    void isBounded() {
        IdSet set = new IdSet(1);

        assertThat(set.add("0-" + "a".repeat(32))).isTrue();
        assertThat(set.add("0-" + "b".repeat(32))).isFalse();
        assertThat(set.remove("0-" + "b".repeat(32))).isFalse();
    }

    @Test
    void removalKeepsOthersReachable() {
        Random random = new Random(7);
        IdSet set = new IdSet(10_000);
        Set<Integer> model = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            int number = random.nextInt(3_000);
            if (model.add(number)) {
                assertThat(set.add(id(number))).isTrue();
            } else {
                model.remove(number);
                assertThat(set.remove(id(number))).isTrue();
            }
        }

        assertThat(set.size()).isEqualTo(model.size());
        for (int number = 0; number < 3_000; number++) {
            assertThat(set.remove(id(number))).isEqualTo(model.contains(number));
        }
    }

    private static String id(int number) {
        return String.format("0-%016x%016x", number, 7);
    }
}
