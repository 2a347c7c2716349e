package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A policy that a domain wrote for itself, to be granted like any role (IAM: 自定义策略管理). Times are
 * the database's.
 *
 * @param name given by Vitrine: {@code custom_}, the domain, {@code _}, a number
 * @param references how many grants there are of it
 */
public record CustomPolicy(
    RoleId id,
    DomainId domain,
    String name,
    Content content,
    long references,
    Instant createdAt,
    Instant updatedAt) {

  /** The services that it applies to. */
  public enum Type {
    /** IAM's {@code XA}: services of a region, which are used in projects. */
    PROJECT,
    /** IAM's {@code AX}: global services. */
    GLOBAL
  }

  /**
   * The part that its domain chooses.
   *
   * @param document as it was written: JSON
   */
  public record Content(
      String displayName,
      Type type,
      @Nullable String description,
      @Nullable String descriptionCn,
      String document) {}
}
