package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.vitrine.client.Client;
import dev.vitrine.client.Endpoint;
import dev.vitrine.junit.Tenant;
import dev.vitrine.junit.Vitrine;
import dev.vitrine.junit.VitrineTest;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@VitrineTest
@Execution(ExecutionMode.CONCURRENT)
class ShareImageTest {

  private static Endpoint images(Tenant tenant) {
    return new Endpoint(new Client(), tenant.images(), tenant.token());
  }

  private static String image(Tenant tenant) {
    String draft = "{\"name\": \"golden\", \"visibility\": \"shared\"}";
    return images(tenant).call("POST", "/v2/images", draft).json().path("id").asText();
  }

  private static void share(Vitrine vitrine, String image) throws Exception {
    Tenant alice = vitrine.alice();
    ShareImage.share(alice.images(), alice.token(), image, vitrine.bob().projectId());
  }

  @Test
  void bobSeesWhatAliceShares(Vitrine vitrine) throws Exception {
    String image = image(vitrine.alice());
    assertEquals(404, images(vitrine.bob()).send("GET", "/v2/images/" + image, null).status());

    share(vitrine, image);

    assertEquals(200, images(vitrine.bob()).send("GET", "/v2/images/" + image, null).status());
  }

  @Test
  void sharingTwiceIsFine(Vitrine vitrine) throws Exception {
    String image = image(vitrine.alice());

    share(vitrine, image);
    share(vitrine, image);
  }

  @Test
  void anImageThatIsNotThereIsAFailure(Vitrine vitrine) {
    assertThrows(
        IOException.class, () -> share(vitrine, "00000000-0000-0000-0000-000000000001"));
  }
}
