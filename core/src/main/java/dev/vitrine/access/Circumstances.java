package dev.vitrine.access;

import dev.vitrine.identity.UserId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What conditions can ask about a request: IAM's global keys (IAM: 策略语法, 全局条件键). Nobody logs in
 * with a second factor yet, so {@code g:MFAPresent} is false and {@code g:MFAAge} absent.
 *
 * @param now by the server's clock
 * @param domainName of the user's own domain, its account
 * @param projectName null without a project
 */
public record Circumstances(
    Instant now,
    UserId user,
    @Nullable String userName,
    @Nullable String domainName,
    @Nullable String projectName) {

  /** All keys there are; their case counts. */
  static final Set<String> KEYS =
      Set.of(
          "g:CurrentTime",
          "g:DomainName",
          "g:MFAPresent",
          "g:MFAAge",
          "g:ProjectName",
          "g:ServiceName",
          "g:UserId",
          "g:UserName");

  /**
   * The request's value of a key, null if it has none.
   *
   * @param service of the action in question
   */
  @Nullable String value(String key, String service) {
    return switch (key) {
      case "g:CurrentTime" -> now.toString();
      case "g:DomainName" -> domainName;
      case "g:MFAPresent" -> "false";
      case "g:ProjectName" -> projectName;
      case "g:ServiceName" -> service;
      case "g:UserId" -> user.value();
      case "g:UserName" -> userName;
      default -> null;
    };
  }
}
