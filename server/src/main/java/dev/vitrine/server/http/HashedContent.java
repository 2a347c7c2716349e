package dev.vitrine.server.http;

import dev.vitrine.digest.Sha256;
import dev.vitrine.image.Content;
import dev.vitrine.refusal.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A body with an expected SHA-256. Refuses at its end if the hash differs. */
final class HashedContent implements Content {
  private final Content content;
  private final String expected;
  private final MessageDigest digest = Sha256.digest();

  /**
   * @param expected lower-case hexadecimal
   */
  HashedContent(Content content, String expected) {
    this.content = content;
    this.expected = expected;
  }

  @Override
  public @Nullable ByteBuffer next() throws IOException {
    ByteBuffer part = content.next();
    if (part != null) {
      digest.update(part.duplicate());
    } else if (!HexFormat.of().formatHex(digest.digest()).equals(expected)) {
      throw new Refusal.BadSignature().asException();
    }
    return part;
  }

  @Override
  public OptionalLong announced() {
    return content.announced();
  }
}
