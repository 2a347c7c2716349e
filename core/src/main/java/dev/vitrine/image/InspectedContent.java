package dev.vitrine.image;

import dev.vitrine.image.format.Inspection;
import dev.vitrine.image.format.InspectionResult;
import dev.vitrine.refusal.Refusal;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Inspects the bytes of an image on their way to the store. If the beginning is refused, the rest
 * is read and discarded, so that the client receives the reason.
 */
final class InspectedContent implements Content {
  private static final System.Logger LOG = System.getLogger(InspectedContent.class.getName());

  private final Content content;
  private final Image image;
  private final Inspect inspect;
  private final Inspection inspection;
  private boolean hasBegun;
  private @Nullable String objection;

  InspectedContent(Content content, Image image, Inspect inspect) {
    this.content = content;
    this.image = image;
    this.inspect = inspect;
    this.inspection = new Inspection(image.diskFormat());
  }

  @Override
  public @Nullable ByteBuffer next() throws IOException {
    for (ByteBuffer part = content.next(); part != null; part = content.next()) {
      inspection.see(part);
      if (!hasBegun && inspection.hasBegun()) {
        hasBegun = true;
        objection = objection(inspection.beginning());
      }
      if (objection == null || inspect != Inspect.STRICT) {
        return part;
      }
    }
    if (objection == null) {
      objection = objection(inspection.end());
    }
    act(objection);
    return null;
  }

  private @Nullable String objection(InspectionResult result) {
    return result.objection(image.diskFormat(), image.containerFormat());
  }

  private void act(@Nullable String reason) {
    if (reason == null) {
      return;
    }
    switch (inspect) {
      case STRICT -> throw new Refusal.UnfitContent(reason).asException();
      case WARN ->
          LOG.log(
              Level.WARNING, "Storing image {0} in spite of an objection: {1}", image.id(), reason);
      case OFF -> {}
    }
  }

  /** The result about the whole image, at its end. */
  InspectionResult result() {
    return inspection.end();
  }
}
