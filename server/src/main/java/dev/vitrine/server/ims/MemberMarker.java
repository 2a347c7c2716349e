package dev.vitrine.server.ims;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.Sharing.Place;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * The marker of a page of members: the last member's time in microseconds and its id, in URL-safe
 * Base64.
 */
final class MemberMarker {
  private MemberMarker() {}

  static String write(Place place) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, place.createdAt());
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((micros + " " + place.id().value()).getBytes(UTF_8));
  }

  /** Reads a marker; {@link dev.vitrine.refusal.Refused} if it is not one of ours. */
  static Place read(String marker) {
    try {
      String[] parts = new String(Base64.getUrlDecoder().decode(marker), UTF_8).split(" ", 2);
      Place place =
          new Place(
              Instant.EPOCH.plus(Long.parseLong(parts[0]), ChronoUnit.MICROS),
              new MemberId(parts.length < 2 ? "" : parts[1]));
      // Accepts only the exact text that we write.
      if (write(place).equals(marker) && !place.createdAt().isBefore(Instant.EPOCH)) {
        return place;
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      // Refused below.
    }
    throw new Refusal.InvalidParameter("marker").asException();
  }
}
