package dev.vitrine.postgres;

import dev.vitrine.identity.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The roles that come with Vitrine, one readable JSON resource each. */
final class ShippedRoles {
  /** The role that may do everything with images in its project. */
  static final String MEMBER = "member";

  static final List<String> NAMES = List.of(Role.ADMIN, "manager", MEMBER, "reader");

  private ShippedRoles() {}

  /** The policy document of a role. */
  static String document(String name) {
    try (InputStream in = ShippedRoles.class.getResourceAsStream("roles/" + name + ".json")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
