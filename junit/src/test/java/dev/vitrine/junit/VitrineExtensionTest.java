package dev.vitrine.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Client;
import dev.vitrine.client.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@VitrineTest
@Execution(ExecutionMode.CONCURRENT)
class VitrineExtensionTest {
  private static final int TESTS = 8;
  private static final Set<String> PROJECTS = ConcurrentHashMap.newKeySet();
  private static final Set<Path> CLOUDS = ConcurrentHashMap.newKeySet();
  private static final CyclicBarrier ALL_HAVE_UPLOADED = new CyclicBarrier(TESTS);

  private static Endpoint images(Tenant tenant) {
    return new Endpoint(new Client(), tenant.images(), tenant.token());
  }

  @AfterAll
  static void nothingOfATestStays() {
    assertThat(CLOUDS).hasSize(TESTS + 1).allSatisfy(file -> assertThat(file).doesNotExist());
  }

  @BeforeEach
  void upload(Vitrine vitrine) {
    assertThat(vitrine.clouds()).exists();
    CLOUDS.add(vitrine.clouds());
    images(vitrine.alice()).call("POST", "/v2/images", "{\"name\": \"before\"}");
  }

  @RepeatedTest(TESTS)
  void eachOfTestsInParallelHasTenantsOfItsOwn(Vitrine vitrine) throws Exception {
    ALL_HAVE_UPLOADED.await(1, TimeUnit.MINUTES);
    assertThat(PROJECTS.add(vitrine.alice().projectId())).isTrue();
    assertThat(PROJECTS.add(vitrine.bob().projectId())).isTrue();
    assertThat(images(vitrine.alice()).call("GET", "/v2/images", null).json().path("images"))
        .as("those of this test alone")
        .hasSize(1);
    assertThat(images(vitrine.bob()).call("GET", "/v2/images", null).json().path("images"))
        .isEmpty();
    assertThat(Files.readString(vitrine.clouds())).contains("alice:", "bob:");
  }

  @Test
  void bothProtocolsShowTheShare(Vitrine vitrine) {
    Tenant bob = vitrine.bob();
    String image =
        images(vitrine.alice())
            .call("POST", "/v2/images", "{\"visibility\": \"shared\"}")
            .json()
            .path("id")
            .asText();
    images(vitrine.alice())
        .call(
            "POST",
            "/v2/images/" + image + "/members",
            "{\"member\": \"%s\"}".formatted(bob.projectId()));

    assertThat(images(bob).send("GET", "/v2/images/" + image, null).status()).isEqualTo(200);
    assertThat(
            new Endpoint(new Client(), bob.ims(), bob.token())
                .send(
                    "GET", "/v1/%s/cloudimages/%s/members".formatted(bob.projectId(), image), null)
                .status())
        .isEqualTo(200);
  }
}
