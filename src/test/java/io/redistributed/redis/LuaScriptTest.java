package io.redistributed.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.testing.RedisServer;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class LuaScriptTest {

    @Test
    void digestMatchesRedis() {
        LuaScript script = LuaScript.load(LuaScriptTest.class, "count");
        try (RedisServer redis = RedisServer.start()) {
            assertThat(redis.cli("SCRIPT", "LOAD", script.source())).isEqualTo(script.sha1());
        }
    }

    @Test
    void includesOtherFiles() {
        LuaScript script = LuaScript.load(LuaScriptTest.class, "count");

        assertThat(script.name()).isEqualTo("count");
        assertThat(script.source())
                .startsWith("local function add")
                .contains("end of its own.\nif ARGV[1]")
                .endsWith("ARGV[2] }\n");
    }

    @Test
    void namesMissingFile() {
        assertThatThrownBy(() -> LuaScript.load(LuaScriptTest.class, "absent"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("absent.lua")
                .hasMessageContaining(LuaScriptTest.class.getName());
    }
}
