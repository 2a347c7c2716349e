package dev.vitrine.postgres;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Standing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every hot statement reads beside its subject: whether the caller's token still stands, and
 * the version its compiled authorization must have (ruling 3). No row: the token is dead.
 *
 * <p>A user's grants hang on two domains, its own (groups) and its scope's (grants); both versions
 * only ever grow, so their sum changes whenever either does. Relies on the primary keys of five
 * small tables.
 */
final class CallerState {
  /** A select of one column, {@code version}. Takes the values of {@link #values}. */
  static final String SQL =
      """
      select own.authorization_version + coalesce(scope.authorization_version, 0) as version
      from user_account u
      join domain own on own.domain_id = u.domain_id
      left join project p on p.project_id = ?
      left join domain scope on scope.domain_id = coalesce(p.domain_id, ?)
      where u.user_id = ? and u.enabled and own.enabled
        and (? or (scope.enabled and p.enabled is not false))
        and greatest(u.tokens_valid_from, own.tokens_valid_from,
                     scope.tokens_valid_from, p.tokens_valid_from) <= ?
        and not exists (select 1 from revoked_token r where r.audit_id = ?)
      """;

  private CallerState() {}

  /** The values of {@link #SQL}, then {@code more}. */
  static @Nullable Object[] values(Caller caller, @Nullable Object... more) {
    String project = caller.project() == null ? null : caller.project().value();
    String domain = caller.domain() == null ? null : caller.domain().value();
    List<@Nullable Object> values = new ArrayList<>();
    values.add(project);
    values.add(domain);
    values.add(caller.user().value());
    values.add(project == null && domain == null);
    values.add(caller.issuedAt().atOffset(ZoneOffset.UTC));
    values.add(caller.auditId());
    values.addAll(Arrays.asList(more));
    return values.toArray();
  }

  static Standing standing(ResultSet row) throws SQLException {
    return new Standing(row.getLong("version"));
  }
}
