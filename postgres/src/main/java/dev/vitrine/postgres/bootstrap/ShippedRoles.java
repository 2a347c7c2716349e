package dev.vitrine.postgres.bootstrap;

import dev.vitrine.directory.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The roles that ship with Vitrine, one JSON resource each. */
final class ShippedRoles {
  /** The role that may do everything with images in its project. */
  static final String MEMBER = "member";

  /**
   * All of them: OpenStack's, then Huawei's (contract: system permissions).
   *
   * @param display the name that IAM shows, and under which other roles depend on it
   */
  record Shipped(String name, String display) {
    private Shipped(String name) {
      this(name, name);
    }
  }

  static final List<Shipped> ALL =
      List.of(
          new Shipped(Role.ADMIN),
          new Shipped("manager"),
          new Shipped(MEMBER),
          new Shipped("reader"),
          new Shipped(Role.SERVICE),
          new Shipped("te_admin", "Tenant Administrator"),
          new Shipped("readonly", "Tenant Guest"),
          new Shipped("Server Administrator"),
          new Shipped("IMS Administrator"),
          new Shipped("IMS FullAccess"),
          new Shipped("IMS ReadOnlyAccess"));

  private ShippedRoles() {}

  /** The policy document of a role. */
  static String document(String name) {
    try (InputStream in =
        ShippedRoles.class.getResourceAsStream("/dev/vitrine/postgres/roles/" + name + ".json")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
