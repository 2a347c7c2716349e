package dev.vitrine.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DigestTest {
  /** Fails at a part of that number, as when there is no memory left. */
  private static final class Failing extends MessageDigest {
    private int left;

    Failing(int parts) {
      super("failing");
      this.left = parts;
    }

    @Override
    protected void engineUpdate(byte input) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      if (left-- == 0) {
        throw new OutOfMemoryError("a test's");
      }
    }

    @Override
    protected byte[] engineDigest() {
      return new byte[1];
    }

    @Override
    protected void engineReset() {}
  }

  /** The first piece, one in the middle, the last: it is neither waited for nor believed. */
  @ParameterizedTest
  @ValueSource(ints = {0, 7, 19})
  void aThreadThatFailsFailsTheDigest(int parts) {
    try (Digest digest = new Digest(new Failing(parts))) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 20; i++) {
                  digest.update(List.of(ByteBuffer.allocate(10)));
                }
                assertThat(digest.finish()).as("a digest").isNull();
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining("failing")
          .hasRootCauseInstanceOf(OutOfMemoryError.class);
    }
  }
}
