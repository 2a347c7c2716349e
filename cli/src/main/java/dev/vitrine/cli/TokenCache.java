package dev.vitrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of earlier commands, in files that only the user can read. A server takes its time to
 * check a password, on purpose; a token it knows at once. Without a place to keep them, nothing is
 * kept.
 */
final class TokenCache {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final @Nullable Path folder;

  TokenCache(Shell shell) {
    this.folder = folder(shell);
  }

  private static @Nullable Path folder(Shell shell) {
    String home = shell.variable("HOME");
    String cache = shell.variable("XDG_CACHE_HOME");
    if ("off".equals(shell.variable("VITRINE_TOKEN_CACHE")) || home == null) {
      return null;
    }
    // The specification of XDG has relative paths ignored.
    Path caches =
        cache != null && Path.of(cache).isAbsolute()
            ? Path.of(cache)
            : Path.of(String.valueOf(home), ".cache");
    return caches.resolve("vitrine").resolve("tokens");
  }

  /** The token of an account, null without one; the server may not accept it any more. */
  @Nullable String get(Account account) {
    Path file = file(account);
    if (file == null || folder == null || !isPrivate(folder)) {
      return null;
    }
    try {
      String token = Files.readString(file).strip();
      return token.isEmpty() ? null : token;
    } catch (IOException e) {
      return null;
    }
  }

  /** Keeps a token. If that fails, the next command signs in again. */
  void put(Account account, String token) {
    Path file = file(account);
    if (file == null || folder == null) {
      return;
    }
    try {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      if (isPrivate(folder)) {
        // The new file is readable by its owner only.
        Path fresh = Files.createTempFile(folder, "new", "");
        try {
          Files.writeString(fresh, token);
          Files.move(
              fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
          Files.deleteIfExists(fresh);
        }
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Nothing is lost but time. Some file systems have no permissions.
    }
  }

  /** Whether nobody else can put a token there, which this user would then act with. */
  private static boolean isPrivate(Path folder) {
    try {
      return Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS).equals(OWNER_ONLY)
          && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
              .getName()
              .equals(System.getProperty("user.name"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  void remove(Account account) {
    Path file = file(account);
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // It will be refused again.
      }
    }
  }

  private @Nullable Path file(Account account) {
    String key = account.cacheKey();
    if (folder == null || key == null) {
      return null;
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
      return folder.resolve(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
