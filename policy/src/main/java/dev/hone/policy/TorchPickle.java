package dev.hone.policy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Pickles (protocol 2) the module object of a TorchScript archive. */
final class TorchPickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private TorchPickle() {}

    /**
     * An object of class {@code __torch__.NAME}.
     *
     * @param attributes {@link Boolean}, {@link Integer}, {@link Double}, {@code long[]} or {@code double[]} by name
     */
    static byte[] module(String className, Map<String, Object> attributes) {
        TorchPickle pickle = new TorchPickle();
        pickle.opcodes(0x80, 2); // PROTO 2
        pickle.global("__torch__", className);
        pickle.opcodes(')', 0x81); // EMPTY_TUPLE, NEWOBJ
        pickle.opcodes('}', '('); // EMPTY_DICT, MARK
        pickle.attribute("training", false);
        attributes.forEach(pickle::attribute);
        pickle.opcodes('u', 'b', '.'); // SETITEMS, BUILD, STOP
        return pickle.out.toByteArray();
    }

    private void attribute(String name, Object value) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        opcodes('X', utf8.length, 0, 0, 0); // BINUNICODE
        out.writeBytes(utf8);
        switch (value) {
            case Boolean flag -> opcodes(flag ? 0x88 : 0x89);
            case Integer number -> integer(number);
            case Double number -> real(number);
            case long[] numbers -> {
                begin("build_intlist");
                for (long number : numbers) {
                    integer(Math.toIntExact(number));
                }
                end();
            }
            case double[] numbers -> {
                begin("build_doublelist");
                for (double number : numbers) {
                    real(number);
                }
                end();
            }
            default -> throw new IllegalArgumentException("No attribute of a " + value.getClass());
        }
    }

    private void integer(int number) {
        opcodes('J'); // BININT, little-endian
        out.writeBytes(
                ByteBuffer.allocate(4).putInt(Integer.reverseBytes(number)).array());
    }

    private void real(double number) {
        opcodes('G'); // BINFLOAT, big-endian
        out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
    }

    /** A list with a type: a call of PyTorch's builder with one plain list. */
    private void begin(String builder) {
        global("torch.jit._pickle", builder);
        opcodes('(', ']', '('); // MARK (of the arguments), EMPTY_LIST, MARK (of the elements)
    }

    private void end() {
        opcodes('e', 't', 'R'); // APPENDS, TUPLE, REDUCE
    }

    private void global(String module, String name) {
        opcodes('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void opcodes(int... codes) {
        for (int code : codes) {
            out.write(code);
        }
    }
}
