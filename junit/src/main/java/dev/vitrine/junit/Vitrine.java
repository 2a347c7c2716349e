package dev.vitrine.junit;

import java.nio.file.Path;

/**
 * An image service as one test sees it: two tenants that nobody else has, without images.
 *
 * @param clouds a {@code clouds.yaml} with the clouds {@code alice} and {@code bob}
 */
public record Vitrine(Tenant alice, Tenant bob, Path clouds) {}
