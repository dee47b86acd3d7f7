package dev.hone.policy;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Asks OpenMP's threads to sleep, not spin, while they wait for each other. Spinning costs up to ten times the time of a
 * training step where other processes (the broker, the database, the sandbox) share the cores. The OpenMP library reads
 * the process environment once, when it is loaded, so this has to come before; a value given from outside stands.
 */
final class OpenMpWaiting {
    private static final String VARIABLE = "OMP_WAIT_POLICY";

    private OpenMpWaiting() {}

    static void passive() {
        if (System.getenv(VARIABLE) != null || !System.getProperty("os.name").startsWith("Linux")) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle setenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(VARIABLE);
            int result = (int) setenv.invokeExact(name, arena.allocateFrom("PASSIVE"), 0);
            if (result != 0) {
                throw new IllegalStateException("setenv(%s) answered %d.".formatted(VARIABLE, result));
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("setenv could not be called", e);
        }
    }
}
