package dev.vitrine.explain;

import dev.vitrine.identity.Caller.Scope;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.login.KeyRing;
import dev.vitrine.login.Keys;
import dev.vitrine.operation.Operation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Ids of refusals: signed and self-contained, so that nothing need be stored (ruling 10). An id is
 * base64url of its fields, each ended by U+0000, and HMAC-SHA256 of them.
 */
public final class Denials {
  private static final int SIGNATURE = 32;
  private static final int FIELDS = 8;
  private static final String FORMAT = "1";

  /** Names of images and members longer than this are left out of the id. */
  private static final int MAX_NAME = 256;

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final KeyRing ring;

  public Denials(KeyRing ring) {
    this.ring = ring;
  }

  String write(Denial denial) {
    Question question = denial.question();
    List<String> fields =
        List.of(
            FORMAT,
            question.user().value(),
            scope(question.scope()),
            question.operation().name(),
            name(question.image()),
            name(question.member()),
            Long.toString(denial.version()),
            Long.toString(denial.at().toEpochMilli()));
    byte[] signed = (String.join("\0", fields) + "\0").getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(signed, signed.length + SIGNATURE);
    System.arraycopy(signature(ring.signing(), signed), 0, all, signed.length, SIGNATURE);
    return ENCODER.encodeToString(all);
  }

  /** Null if Vitrine did not issue this id, or the keys that signed it are gone. */
  @Nullable Denial read(String id) {
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(id);
    } catch (IllegalArgumentException e) {
      return null;
    }
    if (all.length <= SIGNATURE) {
      return null;
    }
    byte[] signed = Arrays.copyOf(all, all.length - SIGNATURE);
    byte[] given = Arrays.copyOfRange(all, signed.length, all.length);
    boolean isOurs =
        ring.all().stream().anyMatch(keys -> MessageDigest.isEqual(signature(keys, signed), given));
    return isOurs ? read(signed) : null;
  }

  private static @Nullable Denial read(byte[] signed) {
    String[] fields = new String(signed, StandardCharsets.UTF_8).split("\0", -1);
    if (fields.length != FIELDS + 1 || !fields[0].equals(FORMAT)) {
      return null;
    }
    Operation operation;
    try {
      operation = Operation.valueOf(fields[3]);
    } catch (IllegalArgumentException e) {
      return null; // Of a version with other operations.
    }
    return new Denial(
        new Question(
            new UserId(fields[1]),
            scope(fields[2]),
            operation,
            orNull(fields[4]),
            orNull(fields[5])),
        Long.parseLong(fields[6]),
        Instant.ofEpochMilli(Long.parseLong(fields[7])));
  }

  private static byte[] signature(Keys keys, byte[] signed) {
    Mac mac = keys.mac("explanation");
    return mac.doFinal(signed);
  }

  private static String scope(Scope scope) {
    return switch (scope) {
      case Scope.InProject(ProjectId project) -> "p" + project.value();
      case Scope.InDomain(DomainId domain) -> "d" + domain.value();
      case Scope.Unscoped() -> "";
    };
  }

  private static Scope scope(String text) {
    if (text.isEmpty()) {
      return new Scope.Unscoped();
    }
    String id = text.substring(1);
    return text.charAt(0) == 'p'
        ? new Scope.InProject(new ProjectId(id))
        : new Scope.InDomain(new DomainId(id));
  }

  private static String name(@Nullable String name) {
    return name == null || name.length() > MAX_NAME || name.indexOf('\0') >= 0 ? "" : name;
  }

  private static @Nullable String orNull(String field) {
    return field.isEmpty() ? null : field;
  }
}
