package dev.vitrine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.identity.ImageId;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.sharing.Visibility;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullMarked
class InspectedContentTest {
  private static final int PART = 64 * 1024;
  private static final int PARTS = 10;

  private final AtomicInteger read = new AtomicInteger();

  /** Zeros, declared to be a qcow2. */
  private InspectedContent wrong(Inspect inspect) {
    return new InspectedContent(
        () -> read.getAndIncrement() < PARTS ? ByteBuffer.allocate(PART) : null,
        image("qcow2"),
        inspect);
  }

  private static Image image(String format) {
    return new Image(
        ImageId.next(),
        null,
        null,
        ImageStatus.QUEUED,
        Visibility.PRIVATE,
        false,
        false,
        0,
        0,
        format,
        "bare",
        null,
        List.of(),
        Map.of(),
        Image.DEFAULT_ENTERPRISE_PROJECT,
        Instant.EPOCH,
        Instant.EPOCH,
        null);
  }

  @Test
  void whatIsWrongIsReadToItsEndAndStoredNowhere() {
    InspectedContent content = wrong(Inspect.STRICT);
    assertThatThrownBy(content::next)
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.refusal())
                    .isEqualTo(
                        new Refusal.UnfitContent(
                            "Image disk_format qcow2 does not match stream data raw")));
    assertThat(read.get()).isEqualTo(PARTS + 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"WARN", "OFF"})
  void whatIsWrongIsStoredWhereTheOperatorWantsIt(Inspect inspect) throws IOException {
    InspectedContent content = wrong(inspect);
    long size = 0;
    for (ByteBuffer part = content.next(); part != null; part = content.next()) {
      size += part.remaining();
    }
    assertThat(size).isEqualTo((long) PARTS * PART);
    assertThat(content.result().virtualSize("qcow2")).isNull();
  }
}
