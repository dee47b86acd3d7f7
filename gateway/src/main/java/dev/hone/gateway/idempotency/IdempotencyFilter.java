package dev.hone.gateway.idempotency;

import dev.hone.gateway.access.Caller;
import dev.hone.gateway.problem.ApiException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.util.ContentCachingResponseWrapper;

/// `Idempotency-Key` on every POST: key, effect and answer commit together. Who sends the same request again gets the
/// same answer, with the header `Idempotency-Replayed`; a second one meanwhile waits for the first. An error is not
/// kept
/// (it had no effect), nor is an answer without content: there was nothing to be had yet.
@Component
class IdempotencyFilter extends OncePerRequestFilter {

    static final String KEY = "Idempotency-Key";
    /// What is answered there holds a secret, which is kept nowhere.
    private static final String KEYS = "/api/v1/keys";

    private static final String REPLAYED = "Idempotency-Replayed";
    private static final int LONGEST = 255;

    private final Answers answers;
    private final PlatformTransactionManager transactions;
    private final HandlerExceptionResolver problems;

    IdempotencyFilter(
            Answers answers,
            PlatformTransactionManager transactions,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        this.answers = answers;
        this.transactions = transactions;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("POST")
                || !request.getRequestURI().startsWith("/api/")
                || request.getServletPath().equals(KEYS)
                || request.getHeader(KEY) == null;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String key = request.getHeader(KEY);
        if (key.isBlank() || key.length() > LONGEST) {
            refuse(
                    request,
                    response,
                    ApiException.badRequest(
                            "Not an idempotency key",
                            "Idempotency-Key has " + key.length() + " characters; send 1 to " + LONGEST
                                    + ", such as a random UUID, or leave the header out."));
            return;
        }
        String kept = kept(key);
        byte[] body = request.getInputStream().readAllBytes();
        String hash = hash(request, body);
        TransactionStatus transaction = transactions.getTransaction(new DefaultTransactionDefinition());
        ContentCachingResponseWrapper first = new ContentCachingResponseWrapper(response);
        @Nullable Answer again = null;
        try {
            if (answers.take(kept, hash)) {
                chain.doFilter(new BodyRequest(request, body), first);
                finish(transaction, kept, hash, first);
            } else {
                again = answers.find(kept).orElseThrow();
                transactions.commit(transaction);
            }
        } finally {
            if (!transaction.isCompleted()) {
                transactions.rollback(transaction);
            }
        }
        if (again == null) {
            first.copyBodyToResponse();
        } else {
            replay(request, response, key, hash, again);
        }
    }

    /// Each caller has keys of its own: none is answered what another was.
    private static String kept(String key) {
        Caller caller = Caller.current();
        return caller.equals(Caller.MACHINE) ? key : caller.project() + "\n" + caller.name() + "\n" + key;
    }

    private void finish(
            TransactionStatus transaction, String key, String hash, ContentCachingResponseWrapper response) {
        boolean kept = response.getStatus() < HttpStatus.BAD_REQUEST.value()
                && response.getStatus() != HttpStatus.NO_CONTENT.value();
        if (kept) {
            answers.keep(
                    key,
                    new Answer(
                            hash,
                            response.getStatus(),
                            response.getHeader(HttpHeaders.LOCATION),
                            response.getContentType(),
                            response.getContentAsByteArray()));
            transactions.commit(transaction);
        } else {
            transactions.rollback(transaction);
        }
    }

    private void replay(
            HttpServletRequest request, HttpServletResponse response, String key, String hash, Answer answer)
            throws IOException {
        if (!answer.requestHash().equals(hash)) {
            refuse(
                    request,
                    response,
                    ApiException.conflict(
                            "Idempotency key used before",
                            "Idempotency-Key '" + key + "' belongs to another request"
                                    + (answer.location() == null ? "" : ", which made " + answer.location())
                                    + "; take a new key for a new request."));
            return;
        }
        response.setStatus(answer.status());
        response.setHeader(REPLAYED, "true");
        if (answer.location() != null) {
            response.setHeader(HttpHeaders.LOCATION, answer.location());
        }
        if (answer.contentType() != null) {
            response.setContentType(answer.contentType());
        }
        response.getOutputStream().write(answer.body());
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, ApiException problem) {
        problems.resolveException(request, response, null, problem);
    }

    private static String hash(HttpServletRequest request, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(
                    (request.getRequestURI() + "?" + request.getQueryString() + "\n").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
