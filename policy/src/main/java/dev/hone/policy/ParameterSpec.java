package dev.hone.policy;

/**
 * Name and shape of one parameter.
 *
 * @param shape dimensions, output first as PyTorch stores a linear layer
 * @param fill value of a fresh parameter, NaN for a normal draw
 */
record ParameterSpec(String name, long[] shape, float fill) {

    static ParameterSpec matrix(String name, long rows, long columns) {
        return new ParameterSpec(name, new long[] {rows, columns}, Float.NaN);
    }

    static ParameterSpec bias(String name, long size) {
        return new ParameterSpec(name, new long[] {size}, 0);
    }

    static ParameterSpec norm(String name, long size) {
        return new ParameterSpec(name, new long[] {size}, 1);
    }

    boolean drawn() {
        return Float.isNaN(fill);
    }

    int elements() {
        long elements = 1;
        for (long dimension : shape) {
            elements = Math.multiplyExact(elements, dimension);
        }
        return Math.toIntExact(elements);
    }
}
