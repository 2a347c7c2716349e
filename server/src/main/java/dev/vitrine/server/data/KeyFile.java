package dev.vitrine.server.data;

import dev.vitrine.login.Keys;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Properties;

/** The file with a cluster's {@link Keys}; readable by its owner only (ruling 6). */
public final class KeyFile {
  private static final String SIGNING = "token-signing";
  private static final String ENCRYPTION = "secret-encryption";

  private KeyFile() {}

  /**
   * Reads the keys; creates new ones if there is no file.
   *
   * @throws StartFailure if the file is malformed
   */
  public static Keys open(Path file) throws IOException {
    if (!Files.exists(file)) {
      create(file);
    }
    return read(file);
  }

  /**
   * Reads the keys.
   *
   * @throws StartFailure if there is no such file, or it is malformed
   */
  public static Keys read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new StartFailure("There is no file %s with keys".formatted(file));
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

  private static void create(Path file) throws IOException {
    Keys keys = Keys.random();
    Base64.Encoder encoder = Base64.getEncoder();
    SecretFile.create(
        file,
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
                encoder.encodeToString(keys.secretEncryption().getEncoded())));
  }
}
