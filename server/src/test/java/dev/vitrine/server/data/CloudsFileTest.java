package dev.vitrine.server.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.postgres.bootstrap.Bootstrap.Account;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudsFileTest {
  @TempDir Path folder;

  @Test
  void aNameIsNoPattern() throws Exception {
    CloudsFile clouds = new CloudsFile(folder.resolve("clouds.yaml"), "north");
    clouds.add(
        List.of(new Account("a\\E.*", "one", "d\\E.", "p"), new Account("bob", "two", "bob", "p")),
        URI.create("http://localhost:1"));

    assertThat(clouds.setPassword("a\\E.*", "d\\E.", "three")).isTrue();
    assertThat(clouds.setPassword(".*", "bob", "four")).isFalse();
    assertThat(Files.readString(clouds.path())).contains("password: three", "password: two");
  }
}
