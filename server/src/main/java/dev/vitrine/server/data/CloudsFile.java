package dev.vitrine.server.data;

import dev.vitrine.postgres.bootstrap.Bootstrap.Account;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code clouds.yaml} that OpenStack clients read: the address of this server and the accounts
 * that may log in. Starts preserve it, because the passwords are stored nowhere else. Only its
 * owner can read it.
 */
public final class CloudsFile {
  private static final String HEAD =
      """
      # How OpenStack clients log in here: export OS_CLIENT_CONFIG_FILE=<this file>
      # Vitrine writes this file: it adds clouds and corrects their address. Keep clouds of your own elsewhere.
      clouds:
      """;

  /** A cloud as Vitrine writes it: a name indented by two spaces, and the lines below it. */
  private static final Pattern CLOUD = Pattern.compile("(?m)^  (\\S+):\\n(?:(?:    .*)?\\n)*+");

  private static final Pattern ADDRESS = Pattern.compile("auth_url: (\\S+)");

  private final Path file;
  private final String region;

  public CloudsFile(Path file, String region) {
    this.file = file;
    this.region = region;
  }

  public Path path() {
    return file;
  }

  /** Adds a cloud for each account, named after its user. Replaces a cloud of the same name. */
  public void add(List<Account> accounts, URI server) {
    try {
      Map<String, String> clouds = new LinkedHashMap<>();
      Matcher matcher = CLOUD.matcher(text());
      while (matcher.find()) {
        clouds.put(matcher.group(1), matcher.group());
      }
      for (Account account : accounts) {
        clouds.put(account.user(), cloud(account, server));
      }
      SecretFile.write(file, HEAD + String.join("", clouds.values()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces the password of a user in its cloud; whether the file has that cloud. */
  public boolean setPassword(String user, String domain, String password) {
    try {
      String text = text();
      Matcher cloud =
          Pattern.compile(
                  """
                  (?m)^  %1$s:\\n(?:    .*\\n)*?      username: %1$s\\n      password: (.*)
                        user_domain_name: %2$s$"""
                      .formatted(Pattern.quote(user), Pattern.quote(domain)))
              .matcher(text);
      if (!cloud.find()) {
        return false;
      }
      SecretFile.write(
          file, text.substring(0, cloud.start(1)) + password + text.substring(cloud.end(1)));
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Updates the URLs of this server's clouds if its address has changed. */
  public void moveTo(URI server) {
    try {
      String text = text();
      Matcher first = ADDRESS.matcher(text);
      if (first.find() && !first.group(1).equals(address(server))) {
        SecretFile.write(file, text.replace(first.group(1) + "\n", address(server) + "\n"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the file has this cloud. */
  public boolean has(String cloud) {
    try {
      return text().contains("\n  " + cloud + ":\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String text() throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private String cloud(Account account, URI server) {
    return """
        %1$s:
          auth_type: password
          auth:
            auth_url: %2$s
            username: %1$s
            password: %3$s
            user_domain_name: %4$s
            project_name: %5$s
            project_domain_name: %4$s
          region_name: %6$s
          identity_api_version: 3
      """
        .formatted(
            account.user(),
            address(server),
            account.password(),
            account.domain(),
            account.project(),
            region);
  }

  private static String address(URI server) {
    return server + "/identity/v3";
  }
}
