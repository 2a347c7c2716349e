package dev.vitrine.server.ims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.identity.ImageId;
import dev.vitrine.job.Outcome;
import dev.vitrine.job.Pair;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.sharing.MemberId;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What no test on the wire reaches without a database of another kind, or a race. */
@NullMarked
class ImsFaultTest {
  @Test
  void aBatchThatCannotBeCarriedOutIsRefusedInWords() {
    ImsFault fault = ImsFault.of(new Refusal.NoBatches());

    assertThat(fault.status()).isEqualTo(501);
    assertThat(fault.code()).isEqualTo("IMG.0105");
    assertThat(fault.message()).contains("Citus");
  }

  @Test
  void aSupersededPairSaysThatALaterChangeDidIt() {
    ImsFault fault =
        Objects.requireNonNull(
            ImsFault.of(new Pair(ImageId.next(), new MemberId("bob"), Outcome.SUPERSEDED)));

    assertThat(fault.code()).isEqualTo("IMG.0035");
    assertThat(fault.message()).contains("later change").contains("superseded").contains("bob");
  }
}
