package dev.hone.policy.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.policy.ModelConfig;
import dev.hone.policy.OpaqueArray;
import dev.hone.policy.TorchProgram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys and values of all layers, [layers, rows, G, positions, D] each; grows on demand. Owns both arrays. */
final class KeyValueCache implements AutoCloseable {
    private static final int POSITION_STEP = 128;
    private static final int FIRST_ROWS = 16;

    private final TorchProgram program;
    private final ModelConfig config;
    private final NDManager manager;
    private final int maxRows;
    private @Nullable OpaqueArray keys;
    private @Nullable OpaqueArray values;
    private int rows;
    private int positions;

    KeyValueCache(TorchProgram program, ModelConfig config, NDManager manager, int maxRows) {
        this.program = program;
        this.config = config;
        this.manager = manager;
        this.maxRows = maxRows;
    }

    OpaqueArray keys() {
        return present(keys);
    }

    OpaqueArray values() {
        return present(values);
    }

    int rows() {
        return rows;
    }

    int positions() {
        return positions;
    }

    /** Makes room for this many rows of this many positions; {@code like} gives type and device. */
    void reserve(int wantedRows, int wantedPositions, OpaqueArray like) {
        if (wantedRows <= rows && wantedPositions <= positions) {
            return;
        }
        if (wantedRows > rows) {
            rows = Math.min(maxRows, Math.max(Math.max(FIRST_ROWS, rows * 2), wantedRows));
        }
        if (wantedPositions > positions) {
            positions = (wantedPositions + POSITION_STEP - 1) / POSITION_STEP * POSITION_STEP;
        }
        keys = grown(keys, like);
        values = grown(values, like);
    }

    private OpaqueArray grown(@Nullable OpaqueArray old, OpaqueArray like) {
        List<OpaqueArray> content = old == null ? List.of() : List.of(old);
        OpaqueArray larger = program.callOpaque(
                        manager,
                        "cache",
                        content,
                        config.layers(),
                        rows,
                        config.keyValueHeads(),
                        positions,
                        config.headSize(),
                        like)
                .getFirst();
        if (old != null) {
            old.close();
        }
        return larger;
    }

    /** Gives the memory back; what was kept is gone. */
    void clear() {
        for (OpaqueArray array : new OpaqueArray[] {keys, values}) {
            if (array != null) {
                array.close();
            }
        }
        keys = null;
        values = null;
        rows = 0;
        positions = 0;
    }

    /** Copies the first {@code length} positions of rows over others; all are read before any is written. */
    void move(NDManager step, List<int[]> sourceAndTarget, int length) {
        if (sourceAndTarget.isEmpty() || length == 0) {
            return;
        }
        NDArray sources =
                step.create(sourceAndTarget.stream().mapToLong(pair -> pair[0]).toArray());
        NDArray targets =
                step.create(sourceAndTarget.stream().mapToLong(pair -> pair[1]).toArray());
        program.call(step, "move", keys(), values(), sources, targets, length);
    }

    int managedArrays() {
        return manager.getManagedArrays().size();
    }

    private static OpaqueArray present(@Nullable OpaqueArray array) {
        if (array == null) {
            throw new IllegalStateException("The cache is empty; reserve room first.");
        }
        return array;
    }

    @Override
    public void close() {
        manager.close();
    }
}
