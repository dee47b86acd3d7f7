package dev.hone.gateway.run;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;

/// A POST whose body is a run's file: YAML or JSON, under any name that people's tools give it.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@RequestMapping(
        method = RequestMethod.POST,
        consumes = {
            "application/yaml",
            "application/x-yaml",
            "text/yaml",
            "text/x-yaml",
            MediaType.TEXT_PLAIN_VALUE,
            MediaType.APPLICATION_JSON_VALUE,
            MediaType.APPLICATION_OCTET_STREAM_VALUE
        })
@RequestBody(
        required = true,
        content = {
            @Content(mediaType = "application/yaml", schema = @Schema(types = "string")),
            @Content(mediaType = "application/json", schema = @Schema(types = "object"))
        })
public @interface PostRunFile {}
