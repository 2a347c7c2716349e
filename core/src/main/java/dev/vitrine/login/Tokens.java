package dev.vitrine.login;

import dev.vitrine.identity.ApplicationCredentialId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Caller.Scope;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.Standing;
import dev.vitrine.identity.UserId;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.Mac;

/**
 * Turns a {@link Caller} into a signed token and back, without a database. An authentic token may
 * have been revoked: see {@link Standing}.
 *
 * <p>A token is base64url of: format (1 byte), the number of the generation of keys that signed it
 * (4, only in format 2), scope kind (1), methods (1), issue and expiry times (8 each, microseconds
 * since 1970), audit id, user id, scope id, for an application credential its id, HMAC-SHA256 of
 * all of that (32). Format 1 is for tokens that the generation of the file {@code keys} signed.
 * Versions of Vitrine that know no other generation can read it, too.
 */
public final class Tokens implements TokenVerifier {
  private static final byte FORMAT_OF_FILE = 1;
  private static final byte FORMAT = 2;
  private static final int SIGNATURE = 32;

  /** No token of ours is longer, in characters. */
  private static final int MAX_LENGTH = 512;

  private static final byte UNSCOPED = 0;
  private static final byte IN_PROJECT = 1;
  private static final byte IN_DOMAIN = 2;

  /** In a project, by an application credential. */
  private static final byte BY_APPLICATION = 3;

  private static final byte BY_UNRESTRICTED_APPLICATION = 4;

  /** Bits of the methods byte; the order is part of the format. */
  private static final List<String> METHODS =
      List.of("password", "token", "application_credential");

  /**
   * How long after its expiry a service may still present a token: Keystone's {@code
   * allow_expired_window}.
   */
  public static final Duration EXPIRED_WINDOW = Duration.ofDays(2);

  private static final HexFormat HEX = HexFormat.of();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  /** The purpose of login tokens, which the token-signing key itself signs. */
  static final String LOGIN = "";

  private final KeyRing ring;
  private final String purpose;
  private final InstantSource clock;

  /**
   * @param clock decides when a token has expired
   */
  public Tokens(KeyRing ring, InstantSource clock) {
    this(ring, LOGIN, clock);
  }

  /** Tokens for another purpose, signed with a separate key ({@link Keys#mac(String)}). */
  Tokens(KeyRing ring, String purpose, InstantSource clock) {
    this.ring = ring;
    this.purpose = purpose;
    this.clock = clock;
  }

  /** The token for this caller. */
  public String issue(Caller caller) {
    ByteBuffer out = ByteBuffer.allocate(MAX_LENGTH);
    KeyRing.Generation generation = ring.current();
    if (generation.number() == KeyRing.OF_FILE) {
      out.put(FORMAT_OF_FILE);
    } else {
      out.put(FORMAT).putInt(generation.number());
    }
    out.put(scopeKind(caller)).put(methods(caller.methods()));
    out.putLong(micros(caller.issuedAt())).putLong(micros(caller.expiresAt()));
    putId(out, caller.auditId());
    putId(out, caller.user().value());
    switch (caller.scope()) {
      case Scope.InProject(ProjectId project) -> putId(out, project.value());
      case Scope.InDomain(DomainId domain) -> putId(out, domain.value());
      case Scope.Unscoped() -> {}
    }
    if (caller.application() != null) {
      putId(out, caller.application().credential().value());
    }
    out.put(signature(generation.keys(), out.array(), out.position()));
    return ENCODER.encodeToString(Arrays.copyOf(out.array(), out.position()));
  }

  @Override
  public Caller verify(String token) {
    return verify(token, Duration.ZERO);
  }

  @Override
  public Caller verifyAllowingExpired(String token) {
    return verify(token, EXPIRED_WINDOW);
  }

  private Caller verify(String token, Duration window) {
    byte[] bytes = decode(token);
    int signed = bytes.length - SIGNATURE;
    int begin = begin(bytes);
    if (signed <= begin
        || !MessageDigest.isEqual(
            signature(signedWith(bytes), bytes, signed),
            Arrays.copyOfRange(bytes, signed, bytes.length))) {
      throw unauthenticated();
    }
    Caller caller = read(ByteBuffer.wrap(bytes, begin, signed - begin));
    if (!caller.expiresAt().plus(window).isAfter(clock.instant())) {
      throw unauthenticated();
    }
    return caller;
  }

  /** The keys that a token of ours is signed with. */
  Keys signedWith(String token) {
    return signedWith(decode(token));
  }

  private Keys signedWith(byte[] bytes) {
    Keys keys =
        ring.find(bytes[0] == FORMAT_OF_FILE ? KeyRing.OF_FILE : ByteBuffer.wrap(bytes).getInt(1));
    if (keys == null) {
      throw unauthenticated();
    }
    return keys;
  }

  /** How many bytes come before the scope kind. */
  private static int begin(byte[] bytes) {
    return switch (bytes.length == 0 ? 0 : bytes[0]) {
      case FORMAT_OF_FILE -> 1;
      case FORMAT -> 1 + Integer.BYTES;
      default -> throw unauthenticated();
    };
  }

  /**
   * Every token has exactly one encoding: unused bits of the last base64 character must be zero.
   */
  private static byte[] decode(String token) {
    if (token.length() <= MAX_LENGTH) {
      try {
        byte[] bytes = DECODER.decode(token);
        if (ENCODER.encodeToString(bytes).equals(token)) {
          return bytes;
        }
      } catch (IllegalArgumentException e) {
        // Not base64url.
      }
    }
    throw unauthenticated();
  }

  private static Caller read(ByteBuffer in) {
    byte kind = in.get();
    List<String> methods = methods(in.get());
    Instant issuedAt = instant(in.getLong());
    Instant expiresAt = instant(in.getLong());
    String auditId = getId(in);
    UserId user = new UserId(getId(in));
    Scope scope =
        switch (kind) {
          case UNSCOPED -> new Scope.Unscoped();
          case IN_PROJECT, BY_APPLICATION, BY_UNRESTRICTED_APPLICATION ->
              new Scope.InProject(new ProjectId(getId(in)));
          case IN_DOMAIN -> new Scope.InDomain(new DomainId(getId(in)));
          default -> throw unauthenticated();
        };
    Caller.ByApplication application =
        kind == BY_APPLICATION || kind == BY_UNRESTRICTED_APPLICATION
            ? new Caller.ByApplication(
                new ApplicationCredentialId(getId(in)), kind == BY_UNRESTRICTED_APPLICATION)
            : null;
    return new Caller(user, scope, auditId, issuedAt, expiresAt, methods, application);
  }

  private static byte scopeKind(Caller caller) {
    return switch (caller.scope()) {
      case Scope.Unscoped() -> UNSCOPED;
      case Scope.InProject _ when caller.application() != null ->
          caller.application().unrestricted() ? BY_UNRESTRICTED_APPLICATION : BY_APPLICATION;
      case Scope.InProject _ -> IN_PROJECT;
      case Scope.InDomain(DomainId domain) -> IN_DOMAIN;
    };
  }

  private static byte methods(List<String> names) {
    int bits = 0;
    for (String name : names) {
      int bit = METHODS.indexOf(name);
      if (bit < 0) {
        throw new IllegalArgumentException("unknown method: " + name);
      }
      bits |= 1 << bit;
    }
    return (byte) bits;
  }

  private static List<String> methods(byte bits) {
    return IntStream.range(0, METHODS.size())
        .filter(bit -> (bits & 1 << bit) != 0)
        .mapToObj(METHODS::get)
        .toList();
  }

  /**
   * Writes a generated id as a zero byte and its 16 bytes, and any other id as its length (one
   * byte) and its UTF-8.
   */
  private static void putId(ByteBuffer out, String id) {
    if (Ids.isGenerated(id)) {
      out.put((byte) 0).put(HEX.parseHex(id));
    } else {
      byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
      out.put((byte) utf8.length).put(utf8);
    }
  }

  private static String getId(ByteBuffer in) {
    int length = in.get() & 0xff;
    byte[] bytes = new byte[length == 0 ? 16 : length];
    in.get(bytes);
    return length == 0 ? HEX.formatHex(bytes) : new String(bytes, StandardCharsets.UTF_8);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private byte[] signature(Keys keys, byte[] bytes, int length) {
    Mac mac = keys.mac(purpose);
    mac.update(bytes, 0, length);
    return mac.doFinal();
  }

  private static Refused unauthenticated() {
    return new Refusal.Unauthenticated().asException();
  }
}
