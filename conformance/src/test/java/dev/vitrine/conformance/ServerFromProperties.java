package dev.vitrine.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.util.Optional;

/**
 * A server that somebody else has started, found by the system properties {@code
 * vitrine.identity-url} (one with {@code sharing.members=any}), {@code vitrine.known.identity-url}
 * (one with {@code sharing.members=known}) and {@code vitrine.admin.user}, {@code .password} and
 * {@code .project} (all {@code admin} unless given).
 */
record ServerFromProperties(
    URI identityUrl, String adminUser, String adminPassword, String adminProject)
    implements ServerUnderTest {

  /**
   * The server for a table, chosen by its {@code sharing.members}; without one the test is skipped.
   */
  static ServerUnderTest with(Table.Settings settings) {
    String property =
        settings.members().equals("known") ? "vitrine.known.identity-url" : "vitrine.identity-url";
    Optional<String> url = Optional.ofNullable(System.getProperty(property));
    assumeTrue(url.isPresent(), () -> "no server to play against: set -D" + property);
    return new ServerFromProperties(
        URI.create(url.orElseThrow()),
        System.getProperty("vitrine.admin.user", "admin"),
        System.getProperty("vitrine.admin.password", "admin"),
        System.getProperty("vitrine.admin.project", "admin"));
  }
}
