package dev.vitrine.sharing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The member's answer to the offer. */
public enum MemberStatus {
  PENDING,
  ACCEPTED,
  REJECTED;

  /** Null if the word is none of the three; case counts. */
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
