package dev.hone.gateway.access;

import dev.hone.gateway.problem.ApiException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/keys")
@Tag(name = "Access")
class KeyController {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._@-]{0,99}";
    private static final int LONGEST_PROJECT = 200;

    private final Keys keys;

    KeyController(Keys keys) {
        this.keys = keys;
    }

    /// A key to be made.
    ///
    /// @param name by which the audit log calls it
    /// @param project the one project that it is for; `*`: all; null: the project of who makes it
    /// @param role metrics, viewer, operator or admin
    /// @param expiresAt null: never
    record NewKey(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, pattern = "^" + NAME + "$") @Nullable
            String name,

            @Schema(description = "the one project that it is for; `*`: all; null: that of who makes it") @Nullable
            String project,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    allowableValues = {"metrics", "viewer", "operator", "admin"})
            @Nullable
            String role,

            @Schema(description = "null: never") @Nullable Instant expiresAt) {}

    /// A key that was made.
    ///
    /// @param secret shown this once, and kept nowhere
    record MadeKey(ApiKey key, String secret) {}

    /// Keys, newest first.
    record KeyList(List<ApiKey> keys) {}

    @Operation(
            summary = "Make a key; its secret is shown this once",
            description =
                    "An admin of one project makes keys for that project. An Idempotency-Key means nothing here: what"
                            + " it would keep is the secret.")
    @ApiResponse(
            responseCode = "201",
            description = "It is made",
            content = @Content(schema = @Schema(implementation = MadeKey.class)))
    @PostMapping
    ResponseEntity<MadeKey> make(@RequestBody NewKey wanted) {
        Caller caller = Caller.current();
        String name = name(wanted.name());
        Role role = Role.named(wanted.role() == null ? "" : wanted.role())
                .orElseThrow(() -> bad("role is '" + wanted.role() + "'; choose one of "
                        + Stream.of(Role.values()).map(Role::label).toList() + "."));
        String project = wanted.project() == null ? caller.project() : project(wanted.project());
        if (!caller.sees(project)) {
            throw ApiException.forbidden(
                    "Not your project",
                    caller.name() + " is of project " + caller.project() + " and makes keys for that one alone.");
        }
        if (role == Role.METRICS && !project.equals(Caller.EVERY)) {
            throw bad("role metrics reads what is of all projects; its project is '" + Caller.EVERY + "'.");
        }
        if (wanted.expiresAt() != null && wanted.expiresAt().isBefore(Instant.now())) {
            throw bad("expiresAt is " + wanted.expiresAt() + ", which is over; choose a time to come.");
        }
        Secret secret = Secret.random();
        try {
            String id = keys.add(secret, name, project, role, caller.name(), wanted.expiresAt());
            return ResponseEntity.status(HttpStatus.CREATED)
                    .cacheControl(CacheControl.noStore())
                    .body(new MadeKey(keys.live(id).orElseThrow(), secret.text()));
        } catch (DuplicateKeyException e) {
            throw ApiException.conflict(
                    "The key's name is taken",
                    "Project " + project + " has a key '" + name
                            + "' already; choose another name, or revoke that one.");
        }
    }

    private static String name(@Nullable String name) {
        if (name == null || !name.matches(NAME) || name.startsWith(FirstKey.RESERVED)) {
            throw bad("name is '" + name + "'; give 1 to 100 letters, digits, dots, dashes, underscores and @, not"
                    + " beginning with " + FirstKey.RESERVED + ".");
        }
        return name;
    }

    private static String project(String project) {
        if (project.isBlank()
                || project.length() > LONGEST_PROJECT
                || project.chars().anyMatch(Character::isISOControl)) {
            throw bad("project is '" + project + "'; give what runs call project_name, or '" + Caller.EVERY
                    + "' for all.");
        }
        return project;
    }

    private static ApiException bad(String detail) {
        return ApiException.badRequest("Not a key that can be made", detail);
    }

    @Operation(summary = "List keys, without their secrets: those of one's project, newest first")
    @GetMapping
    KeyList list() {
        return new KeyList(keys.list(Caller.current().project()));
    }

    @Operation(summary = "Revoke a key: from now on it opens nothing, and sessions that it began end")
    @PostMapping("/{id}/revoke")
    ApiKey revoke(@PathVariable String id) {
        Caller caller = Caller.current();
        return keys.revoke(id, caller.project(), caller.name())
                .orElseThrow(() -> ApiException.notFound(
                        "No such key", "There is no key '" + id + "'. GET /api/v1/keys lists them."));
    }
}
