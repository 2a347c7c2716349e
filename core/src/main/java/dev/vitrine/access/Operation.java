package dev.vitrine.access;

import static dev.vitrine.access.GrantScope.ENTERPRISE_PROJECT;
import static dev.vitrine.access.GrantScope.PROJECT;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every operation Vitrine serves, with the actions it needs and the scopes at which a grant of them
 * counts: the mission's table (rows 1 to 5), the contract's table of IMS actions, and ruling 9.
 * Routes, decisions and refusals all come from here; nothing else decides.
 */
public enum Operation {
  // Members, native (mission: rows 1 to 5; enterprise-project grants do not count).
  ADD_MEMBER(
      "POST", "/v2/images/{image_id}/members", project("ims:images:get", "ims:images:share")),
  LIST_MEMBERS(
      "GET", "/v2/images/{image_id}/members", project("ims:images:get", "ims:images:share")),
  SHOW_MEMBER(
      "GET",
      "/v2/images/{image_id}/members/{member_id}",
      project("ims:images:get", "ims:images:share")),
  UPDATE_MEMBER(
      "PUT",
      "/v2/images/{image_id}/members/{member_id}",
      project("ims:images:get", "ims:images:share")),
  DELETE_MEMBER(
      "DELETE",
      "/v2/images/{image_id}/members/{member_id}",
      project("ims:images:get", "ims:images:share")),

  // Images, native.
  CREATE_IMAGE("POST", "/v2/images", project("ims:images:create")),
  LIST_IMAGES("GET", "/v2/images", project("ims:images:list")),
  SHOW_IMAGE("GET", "/v2/images/{image_id}", projectOrEnterprise("ims:images:get")),
  UPDATE_IMAGE("PATCH", "/v2/images/{image_id}", projectOrEnterprise("ims:images:update")),
  DELETE_IMAGE("DELETE", "/v2/images/{image_id}", projectOrEnterprise("ims:images:delete")),
  DEACTIVATE_IMAGE(
      "POST", "/v2/images/{image_id}/actions/deactivate", project("ims:images:update")),
  REACTIVATE_IMAGE(
      "POST", "/v2/images/{image_id}/actions/reactivate", project("ims:images:update")),
  UPLOAD_IMAGE("PUT", "/v2/images/{image_id}/file", project("ims:images:get", "ims:images:update")),
  DOWNLOAD_IMAGE("GET", "/v2/images/{image_id}/file", project("ims:images:get")),
  STAGE_IMAGE("PUT", "/v2/images/{image_id}/stage", project("ims:images:get", "ims:images:update")),
  IMPORT_IMAGE(
      "POST", "/v2/images/{image_id}/import", project("ims:images:get", "ims:images:update")),
  LIST_IMAGE_TASKS("GET", "/v2/images/{image_id}/tasks", project("ims:images:get")),
  ADD_TAG("PUT", "/v2/images/{image_id}/tags/{tag}", project("ims:images:update")),
  DELETE_TAG("DELETE", "/v2/images/{image_id}/tags/{tag}", project("ims:images:update")),

  // What any live token may read.
  SHOW_IMAGE_SCHEMA("GET", "/v2/schemas/image", authenticated()),
  SHOW_IMAGES_SCHEMA("GET", "/v2/schemas/images", authenticated()),
  SHOW_MEMBER_SCHEMA("GET", "/v2/schemas/member", authenticated()),
  SHOW_MEMBERS_SCHEMA("GET", "/v2/schemas/members", authenticated()),
  SHOW_IMPORT_INFO("GET", "/v2/info/import", authenticated()),
  SHOW_STORES_INFO("GET", "/v2/info/stores", authenticated()),

  // What needs no token.
  LIST_IMAGE_VERSIONS("GET", "/", open()),
  LIST_IMAGE_VERSIONS_OK("GET", "/versions", open()),
  CHECK_HEALTH("GET", "/healthcheck", open()),
  SHOW_IDENTITY_VERSION("GET", "/v3", open()),

  // Tokens.
  ISSUE_TOKEN("POST", "/v3/auth/tokens", open()),
  VALIDATE_TOKEN("GET", "/v3/auth/tokens", authenticated()),
  CHECK_TOKEN("HEAD", "/v3/auth/tokens", authenticated()),
  REVOKE_TOKEN("DELETE", "/v3/auth/tokens", authenticated()),
  LIST_OWN_PROJECTS("GET", "/v3/auth/projects", authenticated()),
  LIST_OWN_DOMAINS("GET", "/v3/auth/domains", authenticated()),
  SHOW_OWN_CATALOG("GET", "/v3/auth/catalog", authenticated());

  private enum Admission {
    OPEN,
    AUTHENTICATED
  }

  private record Row(Admission admission, List<Requirement> requirements) {}

  private final String method;
  private final String path;
  private final Row row;

  Operation(String method, String path, Row row) {
    this.method = method;
    this.path = path;
    this.row = row;
  }

  /** The HTTP method. */
  public String method() {
    return method;
  }

  /** The path, with {@code {names}} in place of the segments that vary. */
  public String path() {
    return path;
  }

  /** The actions needed: all of them. */
  public List<Requirement> requirements() {
    return row.requirements();
  }

  /** Whether it is served to anybody, without a token. */
  public boolean isOpen() {
    return row.admission() == Admission.OPEN;
  }

  private static Row open() {
    return new Row(Admission.OPEN, List.of());
  }

  private static Row authenticated() {
    return new Row(Admission.AUTHENTICATED, List.of());
  }

  private static Row project(String... actions) {
    return row(EnumSet.of(PROJECT), actions);
  }

  private static Row projectOrEnterprise(String... actions) {
    return row(EnumSet.of(PROJECT, ENTERPRISE_PROJECT), actions);
  }

  private static Row row(Set<GrantScope> scopes, String... actions) {
    return new Row(
        Admission.AUTHENTICATED,
        Stream.of(actions).map(name -> new Requirement(Action.of(name), scopes)).toList());
  }
}
