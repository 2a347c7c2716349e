package dev.vitrine.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Guesses the format of a disk by its first bytes, so that nobody has to say it. The server checks.
 */
final class DiskFormat {
  private static final int ISO_MARK = 0x8001;
  private static final int VDI_MARK = 0x40;

  private DiskFormat() {}

  static String of(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      String head = new String(bytes.readNBytes(ISO_MARK + 5), ISO_8859_1);
      if (head.startsWith("QFI\u00fb")) {
        return "qcow2";
      } else if (head.startsWith("KDMV")) {
        return "vmdk";
      } else if (head.startsWith("vhdxfile")) {
        return "vhdx";
      } else if (head.startsWith("conectix")) {
        return "vhd";
      } else if (head.startsWith("\u007f\u0010\u00da\u00be", VDI_MARK)) {
        return "vdi";
      }
      return head.startsWith("CD001", ISO_MARK) ? "iso" : "raw";
    } catch (IOException e) {
      throw new Problem(ExitCode.USAGE, "file.failed", file, e);
    }
  }
}
