package dev.vitrine.sharing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The member's answer to the offer. */
public enum MemberStatus {
  PENDING,
  ACCEPTED,
  REJECTED;

  /** The status with this word, in exactly this case; null if there is none. */
  public static @Nullable MemberStatus of(String word) {
    for (MemberStatus status : values()) {
      if (status.word().equals(word)) {
        return status;
      }
    }
    return null;
  }

  /** As written on the wire and in the database. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
