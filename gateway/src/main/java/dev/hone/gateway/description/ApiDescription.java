package dev.hone.gateway.description;

import dev.hone.gateway.access.Door;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Map;
import java.util.TreeMap;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/// Adds to the OpenAPI document what holds for every operation: problems, and the key of a POST.
@Configuration(proxyBeanMethods = false)
class ApiDescription {

    static {
        SpringDocUtils.getConfig().replaceWithSchema(JsonNode.class, new Schema<>().description("any JSON"));
    }

    private static final String PROBLEM = "Problem";
    private static final int LONGEST_KEY = 255;
    private static final String BEARER = "key";
    private static final String KEYS = "/api/v1/keys";

    @Bean
    OpenApiCustomizer describedWhole(Door door) {
        return api -> {
            api.info(new Info()
                    .title("Hone")
                    .version("v1")
                    .description(
                            "Reinforcement learning for agents: runs, their curves, episodes and models. Errors are"
                                    + " RFC 9457 problems whose `detail` says what happened, then what to do."));
            api.getComponents()
                    .addSchemas(PROBLEM, problem())
                    .addSecuritySchemes(
                            BEARER,
                            new SecurityScheme()
                                    .type(SecurityScheme.Type.HTTP)
                                    .scheme("bearer")
                                    .description("A key of Hone's (`hone_…`), or a token of the OIDC provider. On this"
                                            + " machine none is needed, unless the gateway is reached by others."));
            api.addSecurityItem(new SecurityRequirement().addList(BEARER));
            if (!door.shut()) {
                api.addSecurityItem(new SecurityRequirement()); // Or none.
            }
            api.getPaths()
                    .forEach((path, item) ->
                            item.readOperationsMap().forEach((method, operation) -> describe(path, method, operation)));
        };
    }

    private static void describe(String path, PathItem.HttpMethod method, Operation operation) {
        Map<String, String> problems = new TreeMap<>(Map.of("400", "The request cannot be understood"));
        problems.put("401", "Nobody knows who asks: a key is needed, or the one that was sent opens nothing");
        problems.put("403", "Who asks may not do it");
        problems.put("406", "It is not to be had as `Accept` asks");
        problems.put("502", "Another service did not answer");
        if (path.contains("{") || path.contains("compare") || has(operation, "after")) {
            problems.put("404", "It is not there");
        }
        if (path.endsWith("/download") || method == PathItem.HttpMethod.POST) {
            problems.put(
                    "409", "The state of things does not allow it, or the Idempotency-Key belongs to another request");
        }
        if (method == PathItem.HttpMethod.POST) {
            problems.put("410", "The run has ended");
            problems.put("422", "The configuration cannot run; `errors` names the keys");
        }
        if (method == PathItem.HttpMethod.POST && !path.equals(KEYS)) {
            operation.addParametersItem(new HeaderParameter()
                    .name("Idempotency-Key")
                    .required(false)
                    .description("Sent again with the same key, the request is answered as the first time (with the"
                            + " header Idempotency-Replayed) and has no second effect. Kept for 7 days.")
                    .schema(new StringSchema()
                            .minLength(1)
                            .maxLength(LONGEST_KEY)
                            .pattern("^[!-~]+$")));
        }
        if (operation.getRequestBody() != null) {
            problems.put("411", "The body does not say how long it is");
            problems.put("413", "The body is too long");
            problems.put("415", "The body's Content-Type is not read here");
        }
        problems.forEach((status, text) -> operation.getResponses().addApiResponse(status, response(text)));
    }

    private static boolean has(Operation operation, String parameter) {
        return operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(one -> parameter.equals(one.getName()));
    }

    private static ApiResponse response(String text) {
        return new ApiResponse()
                .description(text)
                .content(new Content()
                        .addMediaType(
                                "application/problem+json",
                                new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM))));
    }

    private static Schema<?> problem() {
        return new ObjectSchema()
                .description("RFC 9457")
                .addProperty("type", new StringSchema())
                .addProperty("title", new StringSchema().description("what kind of problem"))
                .addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema().description("what happened, then what to do"))
                .addProperty("instance", new StringSchema());
    }
}
