package dev.hone.policy;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Variables of the process environment that native libraries read once, when they are loaded, so that setting one has to come
 * before. A value given from outside stands.
 */
final class NativeEnvironment {
    private NativeEnvironment() {}

    static void offer(String variable, String value) {
        if (System.getenv(variable) != null || !System.getProperty("os.name").startsWith("Linux")) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle setenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(variable);
            int result = (int) setenv.invokeExact(name, arena.allocateFrom(value), 0);
            if (result != 0) {
                throw new IllegalStateException("setenv(%s) answered %d.".formatted(variable, result));
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("setenv could not be called", e);
        }
    }
}
