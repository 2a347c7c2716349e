package dev.vitrine.access;

import dev.vitrine.identity.UserId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a request that conditions can compare: IAM's global keys (IAM: 策略语法, 全局条件键).
 * Nobody logs in with a second factor yet, so {@code g:MFAPresent} is false and {@code g:MFAAge}
 * absent.
 *
 * @param now by the server's clock
 * @param domainName name of the user's own domain (IAM: the account name)
 * @param projectName null without a project
 */
public record Circumstances(
    Instant now,
    UserId user,
    @Nullable String userName,
    @Nullable String domainName,
    @Nullable String projectName) {

  /** All keys and the types of their values. Keys are case-sensitive. */
  static final Map<String, Operator.Kind> KEYS =
      Map.of(
          "g:CurrentTime", Operator.Kind.DATE,
          "g:DomainName", Operator.Kind.TEXT,
          "g:MFAPresent", Operator.Kind.BOOL,
          "g:MFAAge", Operator.Kind.NUMBER,
          "g:ProjectName", Operator.Kind.TEXT,
          "g:ServiceName", Operator.Kind.TEXT,
          "g:UserId", Operator.Kind.TEXT,
          "g:UserName", Operator.Kind.TEXT);

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
