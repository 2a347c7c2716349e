package dev.vitrine.image.format;

import static java.util.stream.Collectors.joining;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the bytes of an image are.
 *
 * @param formats none: not identified; several: ambiguous, because programs that open the image may
 *     choose different ones
 * @param danger why they are not safe to open, null if nothing is known against them
 * @param described the size of the disk they describe, in bytes; null if that is not known
 * @param size in bytes
 */
public record InspectionResult(
    Set<DiskFormat> formats, @Nullable String danger, @Nullable Long described, long size) {

  /**
   * Why the bytes must not be stored as what they are declared to be, null if they may. In a
   * container other than {@code bare}, {@code disk_format} declares the format inside the
   * container. The bytes themselves then need not have that format, but must be safe.
   */
  public @Nullable String objection(@Nullable String diskFormat, @Nullable String container) {
    if (danger != null) {
      return "Image failed safety checks: " + danger + ".";
    }
    if (formats.size() > 1) {
      return "Multiple formats detected: " + words();
    }
    boolean bare = container == null || container.equals("bare");
    return diskFormat == null || !bare || DiskFormat.fits(formats, diskFormat)
        ? null
        : "Image disk_format %s does not match stream data %s".formatted(diskFormat, words());
  }

  /** The size of the disk that bytes of that format describe, in bytes; null if not known. */
  public @Nullable Long virtualSize(@Nullable String diskFormat) {
    if ("raw".equals(diskFormat)) {
      return size == 0 ? null : size;
    }
    return words().equals(diskFormat) ? described : null;
  }

  private String words() {
    return formats.isEmpty()
        ? "raw"
        : formats.stream().map(DiskFormat::word).sorted().collect(joining(","));
  }
}
