package dev.vitrine.server.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Client;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Login;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/** Alice, a demo tenant of a server of a test. */
@NullMarked
final class Alice {
  private Alice() {}

  /** By her password in {@code clouds.yaml}. */
  static String password(Vitrine vitrine) throws IOException {
    Matcher password =
        Pattern.compile("alice\n +password: (\\S+)").matcher(Files.readString(vitrine.clouds()));
    assertThat(password.find()).isTrue();
    return password.group(1);
  }

  /** Signs in. */
  static Endpoint of(Vitrine vitrine) throws IOException {
    Client client = new Client();
    URI url = URI.create("" + vitrine.url());
    Login login = new Login(url.resolve("/v3"), "alice", password(vitrine), "alice", "RegionOne");
    return new Endpoint(client, url, client.signIn(login).token());
  }
}
