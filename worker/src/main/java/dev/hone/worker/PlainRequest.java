package dev.hone.worker;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// One HTTP/1.1 request, read strictly: what is ambiguous is refused, so that it cannot mean two things to two readers.
///
/// @param method in capitals
/// @param path with the query, if any
/// @param headers by lower-case name
record PlainRequest(String method, String path, Map<String, String> headers, byte[] body) {

    private static final int MAX_HEAD = 16 << 10;
    private static final int MAX_BODY = 16 << 20;

    /// A request that is not passed on.
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        RefusedException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    static PlainRequest read(InputStream in) throws IOException, RefusedException {
        Head head = new Head();
        String[] first = head.line(in).split(" ", -1);
        if (first.length != 3 || !first[2].startsWith("HTTP/1.")) {
            throw new RefusedException(400, "This is no HTTP/1.1 request.");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = head.line(in); !line.isEmpty(); line = head.line(in)) {
            int colon = line.indexOf(':');
            if (colon <= 0 || Character.isWhitespace(line.charAt(0)) || line.charAt(colon - 1) == ' ') {
                throw new RefusedException(400, "A header line has no name.");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            if (headers.put(name, line.substring(colon + 1).strip()) != null) {
                throw new RefusedException(400, "The header " + name + " is there twice.");
            }
        }
        return new PlainRequest(first[0], first[1], headers, body(in, headers));
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException, RefusedException {
        String length = headers.get("content-length");
        String coding = headers.get("transfer-encoding");
        if (coding != null) {
            if (length != null || !coding.equalsIgnoreCase("chunked")) {
                throw new RefusedException(400, "The body's length is given in two ways, or in an unknown one.");
            }
            return chunked(in);
        }
        return length == null ? new byte[0] : exactly(in, number(length, 10));
    }

    private static byte[] chunked(InputStream in) throws IOException, RefusedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = new Head().line(in);
            int chunk = number(
                    size.contains(";") ? size.substring(0, size.indexOf(';')).strip() : size, 16);
            if (body.size() + chunk > MAX_BODY) {
                throw new RefusedException(413, "The body has more than 16 MiB.");
            }
            body.write(exactly(in, chunk));
            if (chunk == 0) {
                Head trailer = new Head();
                while (!trailer.line(in).isEmpty()) {
                    // trailers mean nothing here
                }
                return body.toByteArray();
            }
            if (!new Head().line(in).isEmpty()) {
                throw new RefusedException(400, "A chunk is longer than it says.");
            }
        }
    }

    private static int number(String digits, int radix) throws RefusedException {
        if (!digits.matches("[0-9A-Fa-f]{1,9}")) {
            throw new RefusedException(400, "'" + digits + "' is no length.");
        }
        try {
            long value = Long.parseLong(digits, radix);
            if (value > MAX_BODY) {
                throw new RefusedException(413, "The body has more than 16 MiB.");
            }
            return (int) value;
        } catch (NumberFormatException e) {
            throw new RefusedException(400, "'" + digits + "' is no length.");
        }
    }

    private static byte[] exactly(InputStream in, int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("The body ended early");
        }
        return bytes;
    }

    /// Lines of a head, all of them together at most [#MAX_HEAD] bytes.
    private static final class Head {
        private int read;

        String line(InputStream in) throws IOException, RefusedException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            while (true) {
                int next = in.read();
                if (next < 0) {
                    throw new EOFException("The request ended early");
                }
                if (++read > MAX_HEAD) {
                    throw new RefusedException(431, "The head has more than 16 KiB.");
                }
                if (next == '\n') {
                    String text = line.toString(StandardCharsets.ISO_8859_1);
                    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
                }
                line.write(next);
            }
        }
    }
}
