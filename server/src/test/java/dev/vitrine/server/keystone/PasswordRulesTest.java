package dev.vitrine.server.keystone;

import dev.vitrine.server.RequestTable;
import dev.vitrine.server.RequestTable.Row;
import dev.vitrine.server.TestServer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each request that sets a password, under the rules that are the default. */
class PasswordRulesTest {
  @RegisterExtension
  static final TestServer SERVER =
      new TestServer(List.of("--password.min-length=8", "--password.common=refuse"));

  private static final RequestTable REQUESTS = new RequestTable(SERVER);

  // The text of a refusal: keystone/exception.py, PasswordRequirementsValidationError.
  private static final String TABLE =
      """
      admin | POST /v3/users | {"user": {"name": "a", "password": "7 chars"}} | 400 | The password does not match the requirements: at least 8 characters.
      admin | POST /v3/users | {"user": {"name": "b", "password": "8  chars"}} | 201 |
      # a letter outside the basic plane is one character
      admin | POST /v3/users | {"user": {"name": "c", "password": "密码🔑🔑🔑🔑🔑"}} | 400 | at least 8 characters
      admin | POST /v3/users | {"user": {"name": "c", "password": "密码🔑🔑🔑🔑🔑🔑"}} | 201 |
      admin | POST /v3/users | {"user": {"name": "d", "password": "password1"}} | 400 | The password does not match the requirements: not one of the most common passwords.
      admin | POST /v3/users | {"user": {"name": "d", "password": "PassWord1"}} | 400 | most common
      admin | POST /v3/users | {"user": {"name": "d", "password": "password12 and more"}} | 201 |
      admin | POST /v3/users | {"user": {"name": "none"}} | 201 |
      admin | PATCH /v3/users/{user} | {"user": {"password": "short"}} | 400 | at least 8 characters
      admin | PATCH /v3/users/{user} | {"user": {"password": "trustno1"}} | 400 | most common
      admin | PATCH /v3/users/{user} | {"user": {"name": "renamed"}} | 200 |
      # whoever does not know the old password learns nothing else
      -     | POST /v3/users/{user}/password | {"user": {"original_password": "wrong", "password": "short"}} | 401 | requires authentication
      -     | POST /v3/users/{user}/password | {"user": {"original_password": "first password", "password": "short"}} | 400 | at least 8 characters
      -     | POST /v3/users/{user}/password | {"user": {"original_password": "first password", "password": "football"}} | 400 | most common
      -     | POST /v3/users/{user}/password | {"user": {"original_password": "first password", "password": "second password"}} | 204 |
      """;

  static Stream<Row> rows() {
    return RequestTable.rows(TABLE);
  }

  @BeforeAll
  static void cast() {
    String admin = SERVER.admin();
    REQUESTS.logIn("admin", admin);
    REQUESTS.put(
        "user",
        SERVER.make(
            admin, "users", "{\"user\": {\"name\": \"u\", \"password\": \"first password\"}}"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aNewPasswordKeepsTheRules(Row row) {
    REQUESTS.play(row);
  }
}
