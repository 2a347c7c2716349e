package dev.vitrine.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class RestoredConfigTest {
  private static final String TEXT =
      """
      # data = of a comment \\
      region = north
      data = /old/data
       blobs:/old/blobs
      k\\u0065ys \\
        = /old/\\
        keys
      \\u0064ata=/old/again

      public-url = http://example.org/\\\\
      data.more = stays
      log.level warning
      """;

  @Test
  void itHasNoPlacesHoweverTheyAreWritten() throws Exception {
    Properties restored = new Properties();
    restored.load(new StringReader(RestoredConfig.of(TEXT)));

    assertThat(restored)
        .isEqualTo(
            Map.of(
                "region",
                "north",
                "public-url",
                "http://example.org/\\",
                "data.more",
                "stays",
                "log.level",
                "warning"));
  }

  @Test
  void whatItHadIsThereAsComments() throws Exception {
    assertThat(RestoredConfig.of("region=north\ndata=\\\n  /old\n"))
        .isEqualTo("region=north\n# not restored: data=\\\n# not restored:   /old\n");
    assertThat(RestoredConfig.of("region=north")).isEqualTo("region=north\n");
  }
}
