package dev.hone.learner.publish;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.learner.GenerateRequest;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.core.JacksonException;

/// The body of a request for tokens. What can be refused without knowing the model is refused here.
final class GenerateBody {
    /// About four million tokens.
    private static final int LARGEST_BYTES = 16 << 20;

    private GenerateBody() {}

    /// Reads a body.
    ///
    /// @throws ResponseStatusException 413 if it is too large, 400 if it is no request
    static GenerateRequest read(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(LARGEST_BYTES + 1);
        if (bytes.length > LARGEST_BYTES) {
            throw new ResponseStatusException(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "The body has more than " + LARGEST_BYTES + " bytes; shorten prompt_ids.");
        }
        GenerateRequest request;
        try {
            request = EventCodec.cbor().readValue(bytes, GenerateRequest.class);
        } catch (JacksonException | IllegalArgumentException e) {
            throw refused("The body of " + bytes.length + " bytes is no GenerateRequest in CBOR: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        check(request);
        return request;
    }

    private static void check(GenerateRequest request) {
        if (request.minVersion() < 0) {
            throw refused("minVersion is " + request.minVersion() + "; versions count from 0.");
        }
        if (request.timeoutMillis() < 1) {
            throw refused("timeoutMillis is " + request.timeoutMillis() + "; it must be at least 1.");
        }
        if (request.temperature() != 0 && (float) request.temperature() == 0) {
            throw refused("temperature is " + request.temperature() + ", too near to 0; use 0 for greedy.");
        }
    }

    private static ResponseStatusException refused(String message) {
        return new ResponseStatusException(HttpStatus.BAD_REQUEST, message);
    }
}
