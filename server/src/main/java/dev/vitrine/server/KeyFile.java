package dev.vitrine.server;

import dev.vitrine.identity.Keys;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Properties;
import java.util.Set;

/** The file that holds a cluster's {@link Keys}; readable by its owner only (ruling 6). */
final class KeyFile {
  private static final String SIGNING = "token-signing";
  private static final String ENCRYPTION = "secret-encryption";

  private KeyFile() {}

  /**
   * Reads the keys; makes new ones if there is no file.
   *
   * @throws StartFailure if the file is not one of keys
   */
  static Keys open(Path file) throws IOException {
    if (!Files.exists(file)) {
      create(file);
    }
    Properties properties = new Properties();
    properties.load(new StringReader(Files.readString(file)));
    try {
      return Keys.of(decode(properties, SIGNING), decode(properties, ENCRYPTION));
    } catch (IllegalArgumentException e) {
      throw new StartFailure(file + " does not hold the keys of a Vitrine", e);
    }
  }

  private static byte[] decode(Properties properties, String name) {
    return Base64.getDecoder().decode(properties.getProperty(name, ""));
  }

  /** A second name is given only to a complete file, and never taken from another's. */
  private static void create(Path file) throws IOException {
    Keys keys = Keys.random();
    Base64.Encoder encoder = Base64.getEncoder();
    String text =
        """
        # The keys of this Vitrine. Whoever has them can be anybody; without them its database is useless.
        # Nodes of one database share them: copy this file, readable by its owner only.
        %s = %s
        %s = %s
        """
            .formatted(
                SIGNING,
                encoder.encodeToString(keys.tokenSigning().getEncoded()),
                ENCRYPTION,
                encoder.encodeToString(keys.secretEncryption().getEncoded()));
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    try {
      Files.createLink(file, unfinished);
    } catch (FileAlreadyExistsException madeByAnotherNode) {
      // Its keys are as good.
    }
    Files.delete(unfinished);
  }
}
