package dev.vitrine.postgres.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.UserId;
import dev.vitrine.login.AccessKey;
import dev.vitrine.login.EncryptedSecret;
import dev.vitrine.postgres.engine.Tenants;
import dev.vitrine.postgres.engine.TestDatabase;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys that are made at the same time. */
class AccessKeyRaceTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final int AT_ONCE = 8;

  @Test
  void aUserHasTwoKeysAtMostWhateverRaces() throws Exception {
    UserId user = Tenants.in(DATABASE.database()).bob().user();
    PostgresAccessKeys keys = new PostgresAccessKeys(DATABASE.database());
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int round = 0; round < 20; round++) {
        CountDownLatch start = new CountDownLatch(AT_ONCE);
        String prefix = "ROUND" + round + "KEY";
        List<Future<AccessKey>> made =
            IntStream.range(0, AT_ONCE)
                .mapToObj(
                    i ->
                        threads.submit(
                            () -> {
                              start.countDown();
                              start.await();
                              AccessKeyId id = new AccessKeyId(prefix + i);
                              return keys.add(
                                  id, user, "", new EncryptedSecret(0, new byte[] {1}), 2);
                            }))
                .toList();
        int kept = 0;
        for (Future<AccessKey> key : made) {
          kept += key.get() == null ? 0 : 1;
        }
        assertThat(kept).isEqualTo(2);
        assertThat(keys.ofUser(user)).hasSize(2);
        keys.ofUser(user).forEach(key -> keys.delete(key.id()));
      }
    }
  }
}
