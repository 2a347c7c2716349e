package dev.vitrine.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.access.AuthorizationStore;
import dev.vitrine.directory.Domain;
import dev.vitrine.directory.Grants;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.Standing;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.refusal.Refused;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A user's token beside a service's. */
class ServiceTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-24T02:55:34Z");
  private static final UserId SERVICE = new UserId(Ids.next());

  private final Tokens tokens = new Tokens(new KeyRing(Keys.random()), () -> NOW);
  private final ServiceTokens services = new ServiceTokens(tokens, new Access(new Grants()));

  /** Everybody's token stands; one user is a service. */
  private static final class Grants implements AuthorizationStore {
    @Override
    public Standing standing(Caller caller) {
      return new Standing(1);
    }

    @Override
    public Authorization authorization(Caller caller) {
      boolean service = caller.user().equals(SERVICE);
      return new Authorization(
          1,
          Domain.DEFAULT,
          GrantScope.PROJECT,
          false,
          false,
          service,
          Authorization.Names.NONE,
          List.of());
    }
  }

  private String token(UserId user, Instant end) {
    return tokens.issue(
        new Caller(
            user,
            new Caller.Scope.InDomain(Domain.DEFAULT),
            Ids.next(),
            NOW.minusSeconds(3600),
            end,
            List.of("password")));
  }

  @Test
  void aServicesTokenLetsOneThatHasExpiredOfLateThrough() {
    UserId user = new UserId(Ids.next());
    String live = token(user, NOW.plusSeconds(60));
    String expired = token(user, NOW.minusSeconds(60));
    String service = token(SERVICE, NOW.plusSeconds(60));
    assertThat(services.caller(live, service).user()).isEqualTo(user);
    assertThat(services.caller(expired, service).user()).isEqualTo(user);
    assertThat(services.caller(live, live).user()).isEqualTo(user);
    refused(expired, live);
    refused(expired, token(SERVICE, NOW.minusSeconds(1)));
    refused(live, "none");
    refused(token(user, NOW.minus(Tokens.EXPIRED_WINDOW)), service);
  }

  private void refused(String user, String service) {
    assertThatExceptionOfType(Refused.class).isThrownBy(() -> services.caller(user, service));
  }
}
