package dev.hone.gateway.access;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Whose tokens are taken, and what in them says what.
///
/// @param issuer address of the OIDC provider; empty: no tokens, only keys
/// @param audience whom tokens have to be meant for
/// @param roleClaim claim with the role or roles, dots leading into objects: `realm_access.roles`
/// @param projectClaim claim with the project
/// @param nameClaim claim by which the audit log calls who asks
/// @param roles the provider's words for roles, each `WORD=ROLE`; empty: the roles' own
@ConfigurationProperties("hone.gateway.oidc")
record OidcProperties(
        @DefaultValue("") String issuer,
        @DefaultValue("") String audience,
        @DefaultValue("hone_role") String roleClaim,
        @DefaultValue("hone_project") String projectClaim,
        @DefaultValue("sub") String nameClaim,
        @DefaultValue List<String> roles) {}
