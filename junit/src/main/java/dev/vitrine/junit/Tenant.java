package dev.vitrine.junit;

import java.net.URI;

/**
 * A domain with one user and one project, in which the user has the role {@code member}.
 *
 * @param identity Keystone v3, ending in {@code /v3}
 * @param images the Image API v2 without {@code /v2}
 * @param ims Huawei Cloud's IMS without {@code /v1} and {@code /v2}
 * @param token of the user, for the project
 */
public record Tenant(
    URI identity,
    URI images,
    URI ims,
    String domain,
    String user,
    String password,
    String project,
    String projectId,
    String token) {

  /** Without the secrets. */
  @Override
  public String toString() {
    return "%s in %s/%s at %s".formatted(user, domain, project, images);
  }
}
