package dev.vitrine.image.format;

import static dev.vitrine.image.format.Disks.DISK_SIZE;
import static dev.vitrine.image.format.Disks.EXTENT;
import static dev.vitrine.image.format.Disks.FILE_PARAMETERS;
import static dev.vitrine.image.format.Disks.PARENT_LOCATOR;
import static dev.vitrine.image.format.Disks.SIZE;
import static dev.vitrine.image.format.Disks.descriptor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes and what they are declared to be, against what Glance says of them since 2025.1. */
@NullMarked
class InspectionTest {
  private static final String SPARSE = descriptor("monolithicSparse", EXTENT);

  static Stream<Arguments> fit() {
    return Stream.of(
        arguments("raw", Disks.raw(0), null),
        arguments("raw", Disks.raw(70_000), 70_000L),
        arguments("raw", Disks.beginning("any text"), 70_000L),
        arguments("raw", Disks.beginning("version 1 of my notes\n"), 70_000L),
        arguments("raw", Disks.beginning("# a script\n\nversion=8\n"), 70_000L),
        arguments("raw", Disks.iso(), 80_000L),
        arguments("raw", Disks.luks(1), 4096L),
        arguments("raw", Disks.with(Disks.with(Disks.raw(512), 510, 0x55), 511, 0xaa), 512L),
        // Of a fixed disk the format is at its end, where nobody looks who was told that it is raw.
        arguments("raw", Disks.vhd(2, false), 70_512L),
        arguments("qcow2", Disks.qcow2(2, 0, 0), SIZE),
        arguments("qcow2", Disks.qcow2(3, 0, 0), SIZE),
        arguments("qcow2", Disks.qcow2(3, 0, 0b11011), SIZE),
        arguments("vhd", Disks.vhd(3, true), SIZE),
        arguments("vhd", Disks.vhd(2, false), SIZE),
        arguments("vhdx", Disks.vhdx(0, FILE_PARAMETERS, DISK_SIZE), SIZE),
        arguments("vhdx", Disks.vhdx(1, DISK_SIZE, FILE_PARAMETERS), SIZE),
        arguments("vdi", Disks.vdi(1, 0), SIZE),
        arguments("vdi", Disks.vdi(2, 0), SIZE),
        arguments("vmdk", Disks.vmdk(SPARSE), SIZE),
        arguments("vmdk", Disks.vmdk(descriptor("streamOptimized", EXTENT)), SIZE),
        arguments("vmdk", Disks.streamedVmdk(20, 3), SIZE),
        arguments("vmdk", Disks.vmdk(SPARSE, 1000, SIZE / 512), SIZE),
        arguments("iso", Disks.iso(), 39 * 2048L),
        arguments("iso", Disks.udf(), null),
        // Nothing is known of these, so anything is theirs that is nothing else.
        arguments("ami", Disks.raw(1000), null),
        arguments("zvhd2", Disks.beginning("ZVHD"), null),
        arguments("ploop", Disks.beginning("WithoutFreeSpace"), null),
        arguments("ploop", Disks.raw(1000), null));
  }

  @ParameterizedTest
  @MethodSource("fit")
  void whatFitsIsTaken(String declared, byte[] bytes, @Nullable Long virtualSize) {
    for (int part : new int[] {1, 511, 4097, 65_536, 1 << 20, 1 << 22}) {
      InspectionResult result = inspect(declared, bytes, part);
      assertThat(result.objection(declared, "bare")).as("in parts of %d", part).isNull();
      assertThat(result.virtualSize(declared)).isEqualTo(virtualSize);
    }
  }

  static Stream<Arguments> doNotFit() {
    return Stream.of(
        arguments("qcow2", Disks.raw(0), "does not match stream data raw"),
        arguments("qcow2", Disks.raw(70_000), "does not match stream data raw"),
        arguments("vmdk", Disks.qcow2(3, 0, 0), "does not match stream data qcow2"),
        arguments("raw", Disks.qcow2(3, 0, 0), "does not match stream data qcow2"),
        arguments("raw", Disks.vhd(3, true), "does not match stream data vhd"),
        arguments("raw", Disks.vmdk(SPARSE), "does not match stream data vmdk"),
        arguments("raw", Disks.vdi(1, 0), "does not match stream data vdi"),
        arguments("ami", Disks.qcow2(2, 0, 0), "does not match stream data qcow2"),
        arguments("zvhd", Disks.vhd(3, true), "does not match stream data vhd"),
        arguments("iso", Disks.luks(1), "does not match stream data luks"),
        arguments("vhd", Disks.raw(70_000), "does not match stream data raw"),
        arguments("iso", Disks.over(Disks.iso(), Disks.vdi(1, 0)), "Multiple formats detected"),
        arguments("vdi", Disks.over(Disks.iso(), Disks.vdi(1, 0)), "Multiple formats detected"));
  }

  /** One that is not safe, whatever it is declared to be and in whichever container. */
  static Stream<Arguments> areUnsafe() {
    return Stream.of(
        arguments("qcow2", Disks.qcow2(2, 512, 0), "backing file"),
        arguments("qcow2", Disks.qcow2(3, Long.MIN_VALUE, 0), "backing file"),
        arguments("qcow2", Disks.qcow2(3, 0, 1 << 2), "data file"),
        arguments("qcow2", Disks.qcow2(3, 0, 1 << 5), "unknown features"),
        arguments("qcow2", Disks.qcow2(3, 0, Long.MIN_VALUE), "unknown features"),
        arguments("qcow2", Disks.qcow2(1, 0, 0), "version"),
        arguments("qcow2", Disks.qcow2(-1, 0, 0), "version"),
        arguments("qcow2", cut(Disks.qcow2(2, 0, 0), 71), "cut"),
        arguments("qcow2", cut(Disks.qcow2(3, 0, 0), 103), "cut"),
        arguments("qcow2", cut(Disks.qcow2(3, 0, 0), 4), "cut"),
        arguments("raw", Disks.beginning("QED\0"), "QED"),
        arguments("vhd", Disks.vhd(4, true), "parent"),
        arguments("vhd", Disks.vhd(4, false), "parent"),
        arguments("vhd", Disks.vhd(3, true, 4), "not the same"),
        arguments("vhd", Disks.vhd(7, true), "type"),
        arguments("vhd", cut(Disks.vhd(3, true), 511), "cut"),
        arguments("vhdx", Disks.vhdx(2, FILE_PARAMETERS, DISK_SIZE), "parent"),
        arguments("vhdx", Disks.vhdx(0, FILE_PARAMETERS, DISK_SIZE, PARENT_LOCATOR), "parent"),
        arguments("vhdx", Disks.vhdx(0, FILE_PARAMETERS, FILE_PARAMETERS), "twice"),
        arguments("vhdx", Disks.vhdx(0, DISK_SIZE), "lacks"),
        arguments("vhdx", Disks.vhdx(Long.MAX_VALUE, 0, FILE_PARAMETERS, DISK_SIZE), "cut"),
        arguments("vhdx", Disks.vhdx(Long.MIN_VALUE, 0, FILE_PARAMETERS, DISK_SIZE), "metadata"),
        arguments("vhdx", Disks.vhdx(0, 0, FILE_PARAMETERS, DISK_SIZE), "metadata"),
        arguments(
            "vhdx",
            Disks.with(Disks.vhdx(0, FILE_PARAMETERS, DISK_SIZE), 192 * 1024 + 100, 1),
            "metadata"),
        arguments("vhdx", cut(Disks.vhdx(0, FILE_PARAMETERS, DISK_SIZE), 2 << 20), "cut"),
        arguments("vhdx", cut(Disks.vhdx(0, FILE_PARAMETERS, DISK_SIZE), 100), "cut"),
        arguments("vdi", Disks.vdi(4, 0), "parent"),
        arguments("vdi", Disks.vdi(1, 1), "parent"),
        arguments("vdi", cut(Disks.vdi(1, 0), 0x44), "cut"),
        arguments("raw", Disks.luks(2), "LUKS"),
        arguments("vmdk", Disks.beginning("COWD"), "other files"),
        arguments("vmdk", cut(Disks.vmdk(SPARSE), 511), "cut"),
        arguments("vmdk", Disks.vmdk(descriptor("monolithicFlat", EXTENT)), "other files"),
        // Alone, without a header: it can name nothing but other files.
        arguments("vmdk", SPARSE.getBytes(java.nio.charset.StandardCharsets.UTF_8), "other files"),
        arguments("raw", Disks.beginning(descriptor("monolithicFlat", EXTENT)), "other files"),
        arguments("raw", Disks.beginning("\n  \n# x\nversion=1\n"), "other files"),
        arguments(
            "vmdk",
            Disks.vmdk(descriptor("monolithicSparse", "RW 1 SPARSE \"/etc/passwd\"")),
            "another file"),
        arguments(
            "vmdk",
            Disks.vmdk(descriptor("monolithicSparse", "RW 1 FLAT \"secret\" 0")),
            "another file"),
        arguments(
            "vmdk", Disks.vmdk(descriptor("monolithicSparse", EXTENT + EXTENT)), "one extent"),
        arguments("vmdk", Disks.vmdk(descriptor("monolithicSparse", "")), "one extent"),
        arguments(
            "vmdk", Disks.vmdk(SPARSE + "parentFileNameHint=\"/etc/passwd\"\n"), "another file"),
        // The first counts for one reader, the second for another.
        arguments(
            "vmdk",
            Disks.vmdk("createtype=\"monolithicSparse\"\n" + descriptor("monolithicFlat", EXTENT)),
            "which kind"),
        arguments("vmdk", Disks.vmdk("#createType=\"monolithicFlat\"\n" + SPARSE), "which kind"),
        arguments("vmdk", Disks.vmdk("what is this\n" + SPARSE), "lines"),
        arguments("vmdk", Disks.vmdk("\u00e4=1\n" + SPARSE), "not text"),
        arguments("vmdk", Disks.vmdk(""), "which kind"),
        arguments("vmdk", Disks.vmdk("#".repeat(66_000), 200, 16), "too long"),
        arguments("vmdk", Disks.vmdk("#".repeat(66_000), Long.MAX_VALUE, 16), "too long"),
        arguments("vmdk", Disks.vmdk(SPARSE, 0, 16), "no descriptor"),
        arguments("vmdk", Disks.vmdk(SPARSE, -1, 16), "no descriptor"),
        arguments("vmdk", Disks.with(Disks.vmdk(SPARSE), 28, 2), "no descriptor"),
        arguments("vmdk", Disks.vmdk(SPARSE, 20, 0), "capacity"),
        arguments("vmdk", Disks.with(Disks.vmdk(SPARSE), 4, 9), "version"),
        arguments("vmdk", Disks.streamedVmdk(19, 3), "footer"),
        arguments("vmdk", Disks.streamedVmdk(20, 1), "footer"),
        arguments("vmdk", cut(Disks.streamedVmdk(20, 3), 70_000), "footer"),
        arguments("iso", Disks.over(Disks.iso(), cut(Disks.qcow2(3, 9, 0), 512)), "backing file"));
  }

  @ParameterizedTest
  @MethodSource({"doNotFit", "areUnsafe"})
  void whatDoesNotFitIsRefused(String declared, byte[] bytes, String reason) {
    for (int part : new int[] {1, 511, 4097, 65_536, 1 << 20, 1 << 22}) {
      assertThat(inspect(declared, bytes, part).objection(declared, "bare"))
          .as("in parts of %d", part)
          .contains(reason);
    }
  }

  @ParameterizedTest
  @MethodSource("areUnsafe")
  void whatIsUnsafeIsSoInEveryContainerAndWhateverItIsDeclaredToBe(
      String declared, byte[] bytes, String reason) {
    assertThat(inspect(declared, bytes, 4097).objection(declared, "ovf")).contains(reason);
    if (!declared.equals("vhd")) {
      assertThat(inspect("ami", bytes, 4097).objection("ami", "bare")).contains(reason);
      assertThat(inspect(null, bytes, 4097).objection(null, null)).contains(reason);
    }
  }

  /** What is inside of a container is of the format, not the container. */
  @ParameterizedTest
  @CsvSource({"vmdk, ova", "qcow2, docker", "raw, compressed", "aki, aki"})
  void theBytesOfAContainerNeedNotBeOfTheFormat(String declared, String container) {
    InspectionResult tar = inspect(declared, Disks.beginning("disk.ovf"), 4097);
    assertThat(tar.objection(declared, container)).isNull();
  }

  /** So that nobody sends gigabytes of it to a disk. */
  @Test
  void whatIsWrongFromTheBeginningIsKnownThere() {
    Inspection wrong = new Inspection("qcow2");
    wrong.see(ByteBuffer.wrap(Disks.raw(65_535)));
    assertThat(wrong.hasBegun()).isFalse();
    wrong.see(ByteBuffer.wrap(Disks.raw(1)));
    assertThat(wrong.hasBegun()).isTrue();
    assertThat(wrong.beginning().objection("qcow2", "bare")).contains("stream data raw");
  }

  @ParameterizedTest
  @MethodSource("fit")
  void whatFitsIsNotRefusedForItsBeginning(
      String declared, byte[] bytes, @Nullable Long virtualSize) {
    Inspection inspection = new Inspection(declared);
    inspection.see(ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, 65_536)));
    if (inspection.hasBegun()) {
      assertThat(inspection.beginning().objection(declared, "bare")).isNull();
    }
  }

  /** Whatever it is, it is an answer. */
  @Test
  void noBytesMakeItFail() {
    Random random = new Random(7);
    byte[][] seeds = {
      Disks.qcow2(3, 0, 0),
      Disks.vmdk(SPARSE),
      Disks.streamedVmdk(20, 3),
      Disks.vhdx(0, FILE_PARAMETERS, DISK_SIZE),
      Disks.vhd(3, true),
      Disks.vdi(1, 0),
      Disks.iso()
    };
    int[] hot = {0, 512, 192 * 1024, 2 << 20};
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = seeds[i % seeds.length].clone();
      for (int changes = random.nextInt(6); changes >= 0; changes--) {
        int at = hot[random.nextInt(hot.length)] + random.nextInt(600);
        if (at < bytes.length) {
          bytes[at] = (byte) (random.nextBoolean() ? 0xff : random.nextInt(256));
        }
      }
      byte[] some = random.nextInt(3) == 0 ? cut(bytes, random.nextInt(bytes.length)) : bytes;
      InspectionResult result = inspect("vhd", some, 100_000);
      assertThat(result.size()).isEqualTo(some.length);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "qcow2, , qcow2,",
    "qcow2, compat=0.10, qcow2,",
    "qcow2, extended_l2=on, qcow2,",
    "qcow2, 'data_file=data,data_file_raw=on', qcow2, data file",
    "qcow, , qcow2, version",
    "qed, , raw, QED",
    "vpc, , vhd,",
    "vpc, 'subformat=fixed,force_size=on', vhd,",
    "vhdx, , vhdx,",
    "vdi, , vdi,",
    "vdi, static=on, vdi,",
    "vmdk, , vmdk,",
    "vmdk, subformat=streamOptimized, vmdk,",
    "vmdk, subformat=monolithicFlat, vmdk, other files",
    "vmdk, subformat=twoGbMaxExtentSparse, vmdk, other files",
    "luks, , raw,"
  })
  void whatQemuMakesIsWhatItIs(
      String format,
      @Nullable String options,
      String declared,
      @Nullable String danger,
      @TempDir Path folder)
      throws Exception {
    Path disk = folder.resolve("disk");
    String more =
        options == null ? "" : "-o " + options.replace("data_file=", "data_file=" + folder + "/");
    String secret =
        format.equals("luks") ? "--object secret,id=s,data=x -o key-secret=s,iter-time=10" : "";
    assumeThat(qemu("create -q -f %s %s %s %s 8M".formatted(format, more, secret, disk)))
        .as("qemu-img of QEMU is there")
        .isZero();
    assertThat(objection(declared, disk))
        .satisfies(
            objection -> {
              if (danger == null) {
                assertThat(objection).isNull();
              } else {
                assertThat(objection).contains(danger);
              }
            });
  }

  @Test
  void whatQemuPutsOnABackingFileIsRefused(@TempDir Path folder) throws Exception {
    Path base = folder.resolve("base");
    assumeThat(qemu("create -q -f qcow2 " + base + " 8M")).isZero();
    for (String format : new String[] {"qcow2", "vmdk"}) {
      Path disk = folder.resolve(format);
      Path parent = folder.resolve("base-" + format);
      assertThat(qemu("create -q -f " + format + " " + parent + " 8M")).isZero();
      assertThat(qemu("create -q -f %s -b %s -F %s %s".formatted(format, parent, format, disk)))
          .isZero();
      assertThat(objection(format, disk)).matches(".*(backing|another) file.*");
    }
  }

  private static @Nullable String objection(String declared, Path disk) throws IOException {
    return inspect(declared, Files.readAllBytes(disk), 65_536).objection(declared, "bare");
  }

  private static int qemu(String arguments) throws InterruptedException {
    try {
      return new ProcessBuilder(("qemu-img " + arguments).trim().split(" +"))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    }
  }

  private static byte[] cut(byte[] bytes, int length) {
    return Arrays.copyOf(bytes, length);
  }

  private static InspectionResult inspect(@Nullable String declared, byte[] bytes, int part) {
    Inspection inspection = new Inspection(declared);
    for (int at = 0; at < bytes.length; at += part) {
      inspection.see(ByteBuffer.wrap(bytes, at, Math.min(part, bytes.length - at)));
    }
    return inspection.end();
  }
}
