package dev.hone.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// An OIDC provider: its description, its public key, and tokens that it signs.
final class TestingProvider {

    private static final int BITS = 2048;

    private final RSAKey key = generate("mine");
    private final RSAKey other = generate("mine");
    private final HttpServer server;

    TestingProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        serve(
                "/.well-known/openid-configuration",
                "{\"issuer\": \"" + issuer() + "\", \"jwks_uri\": \"" + issuer() + "/keys\"}");
        serve("/keys", new JWKSet(key.toPublicJWK()).toString());
        server.start();
    }

    private static RSAKey generate(String id) {
        try {
            return new RSAKeyGenerator(BITS).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve(String path, String json) {
        server.createContext(path, exchange -> {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// A good token of an operator of team `red`, with changes.
    private JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> changed) {
        return changed.apply(new JWTClaimsSet.Builder()
                        .issuer(issuer())
                        .audience(List.of("hone", "elsewhere"))
                        .subject("alice")
                        .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                        .claim("team", "red")
                        .claim("realm_access", Map.of("roles", List.of("offline", "ml-readers", "ml-engineers"))))
                .build();
    }

    String token(UnaryOperator<JWTClaimsSet.Builder> changed) throws JOSEException {
        return signed(key, changed);
    }

    /// Signed with another key under this one's name.
    String forged() throws JOSEException {
        return signed(other, claims -> claims);
    }

    private String signed(RSAKey by, UnaryOperator<JWTClaimsSet.Builder> changed) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("mine").build(), claims(changed));
        token.sign(new RSASSASigner(by));
        return token.serialize();
    }

    /// Signed with the public key taken for a shared secret.
    String confused() throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("mine").build(), claims(claims -> claims));
        token.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
        return token.serialize();
    }
}
