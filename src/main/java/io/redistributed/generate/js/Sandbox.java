package io.redistributed.generate.js;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasi.WasiOptions;
import com.dylibso.chicory.wasi.WasiPreview1;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import io.roastedroot.quickjs4j.core.Engine_ModuleExports;
import io.roastedroot.quickjs4j.core.JavyPluginModule;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.List;

/**
 * A JavaScript engine: QuickJS as WebAssembly, compiled ahead of time to Java classes. It reaches nothing but its memory, one host function, its standard streams and the clock. An interrupt of its thread ends it, as does any exception of the host. Not thread-safe, and not usable after an exception.
 */
final class Sandbox implements AutoCloseable {

    /** The name that stacks have for every file. */
    static final String FILE = "function.mjs";

    private static final int MAX_ARGUMENT_BYTES = 1 << 20;
    private static final int MAX_ERROR_BYTES = 16 << 10;

    /** The function of the host. */
    interface Host {

        /**
         * @param argument JSON, at most 1 MiB
         * @return JSON
         */
        String call(String function, String argument);
    }

    /** A copy of an engine's state, which other engines start from. */
    record Snapshot(byte[] memory, long stackPointer) {}

    private final Host host;
    private final ScriptMemory allocated = new ScriptMemory();
    private final BoundedOutput errors = new BoundedOutput(MAX_ERROR_BYTES);
    private final WasiPreview1 wasi;
    private final Instance instance;
    private final Engine_ModuleExports engine;

    private Sandbox(Host host, InputStream in, OutputStream out) {
        this.host = host;
        this.wasi = WasiPreview1.builder()
                .withOptions(WasiOptions.builder()
                        .withStdin(in)
                        .withStdout(out)
                        .withStderr(errors)
                        .build())
                .build();
        try {
            this.instance = Instance.builder(JavyPluginModule.load())
                    .withMemoryFactory(limits -> new ByteArrayMemory(
                            new MemoryLimits(limits.initialPages(), ScriptMemory.MAX_PAGES), allocated))
                    .withMachineFactory(JavyPluginModule::create)
                    .withImportValues(ImportValues.builder()
                            .addFunction(wasi.toHostFunctions())
                            .addFunction(hostFunction())
                            .build())
                    .build();
            this.engine = new Engine_ModuleExports(instance);
        } catch (Throwable e) {
            allocated.release();
            throw e;
        }
    }

    /** Starts an engine without any script. */
    static Sandbox create(Host host) {
        Sandbox sandbox = new Sandbox(host, InputStream.nullInputStream(), OutputStream.nullOutputStream());
        sandbox.engine.initializeRuntime();
        return sandbox;
    }

    /** Starts an engine in the state of another. */
    static Sandbox restore(Snapshot snapshot, Host host, InputStream in, OutputStream out) {
        Sandbox sandbox = new Sandbox(host, in, out);
        Memory memory = sandbox.instance.memory();
        memory.grow(snapshot.memory.length / Memory.PAGE_SIZE - memory.pages());
        memory.write(0, snapshot.memory);
        sandbox.instance.global(0).setValue(snapshot.stackPointer);
        return sandbox;
    }

    Snapshot snapshot() {
        Memory memory = instance.memory();
        return new Snapshot(
                memory.readBytes(0, memory.pages() * Memory.PAGE_SIZE),
                instance.global(0).getValue());
    }

    /** Compiles the source of a module. */
    byte[] compile(String source) {
        byte[] utf8 = source.getBytes(UTF_8);
        int answer = engine.compileSrc(store(utf8), utf8.length);
        return instance.memory()
                .readBytes(instance.memory().readInt(answer), instance.memory().readInt(answer + 4));
    }

    /** Runs a compiled module, then what its promises wait for. */
    void run(byte[] compiled) {
        engine.invoke(store(compiled), compiled.length, 0, 0);
    }

    /** Returns what the engine wrote about its end. */
    String errors() {
        return errors.toString(UTF_8);
    }

    @Override
    public void close() {
        wasi.close();
        allocated.release();
    }

    private HostFunction hostFunction() {
        // Module (unused), function and argument, each as address and length → address of the same of the answer.
        return new HostFunction(
                "chicory",
                "invoke",
                FunctionType.of(Collections.nCopies(6, ValType.I32), List.of(ValType.I32)),
                (running, arguments) -> {
                    String answer = host.call(text(arguments[2], arguments[3]), text(arguments[4], arguments[5]));
                    byte[] utf8 = answer.getBytes(UTF_8);
                    int address = store(utf8);
                    int pair = store(new byte[8]);
                    running.memory().writeI32(pair, address);
                    running.memory().writeI32(pair + 4, utf8.length);
                    return new long[] {pair};
                });
    }

    private String text(long address, long length) {
        if (length < 0 || length > MAX_ARGUMENT_BYTES) {
            throw new IllegalArgumentException("argument of " + length + " bytes");
        }
        return instance.memory().readString((int) address, (int) length, UTF_8);
    }

    private int store(byte[] bytes) {
        int address = engine.canonicalAbiRealloc(0, 0, 1, bytes.length);
        instance.memory().write(address, bytes);
        return address;
    }
}
