package dev.vitrine.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts are ids of images: UUIDs in their usual form (RFC 9562 §4). */
@NullMarked
class ImageIdTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "5e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b11",
        "5E1F7A86-8D4B-4C3A-9C1F-0A6D4E0F9B11",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "01234567-89ab-cdef-ABCD-EF0123456789"
      })
  void anId(String text) {
    assertThat(ImageId.of(text)).hasToString(text.toLowerCase(java.util.Locale.ROOT));
    assertThat(ImageId.named(text).isUsable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "5e1f7a868d4b4c3a9c1f0a6d4e0f9b11",
        "5e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b1",
        "5e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b111",
        "5e1f7a868-d4b-4c3a-9c1f-0a6d4e0f9b11",
        "5e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b1g",
        "5e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b1G",
        "5e1f7a86_8d4b_4c3a_9c1f_0a6d4e0f9b11",
        "-e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b11",
        "+e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b11",
        "５e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b11",
        "gAAAAABm-8d4b-4c3a-9c1f-a-token-here"
      })
  void anythingElseNamesNoImage(String text) {
    assertThat(ImageId.of(text)).isNull();
    assertThat(ImageId.named(text).isUsable()).isFalse();
  }
}
