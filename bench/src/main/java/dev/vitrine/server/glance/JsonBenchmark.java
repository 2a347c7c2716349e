package dev.vitrine.server.glance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.server.json.Json;
import dev.vitrine.sharing.Member;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Visibility;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Writes answers and reads a request of the Image API in JSON. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class JsonBenchmark {
  private static final Instant TIME = Instant.parse("2026-11-24T02:56:00.123456Z");
  private static final String PROJECT = "b".repeat(32);

  private final Caller caller =
      new Caller(
          new UserId("a".repeat(32)),
          new Caller.Scope.InProject(new ProjectId(PROJECT)),
          "c".repeat(32),
          TIME,
          TIME,
          List.of("password"));
  private final List<Image> images =
      IntStream.range(0, 25).mapToObj(i -> image("image " + i)).toList();
  private final List<Member> members =
      IntStream.range(0, 10).mapToObj(i -> member(images.getFirst(), PROJECT + i)).toList();
  private final Buffer body = Buffer.buffer("{\"member\": \"" + PROJECT + "\"}");

  @Setup
  public void check() throws JsonProcessingException {
    require(Json.read(images()).at("/images/24/name").asText().equals("image 24"));
    require(Json.read(members()).at("/members/9/member_id").asText().equals(PROJECT + 9));
    require(read().get("member").asText().equals(PROJECT));
  }

  /** A page of 25 images. */
  @Benchmark
  public Buffer images() {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("images");
          for (Image image : images) {
            ImageJson.write(image, caller, null, json);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** The ten members of an image. */
  @Benchmark
  public Buffer members() {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("members");
          for (Member member : members) {
            MembersResource.write(member, json);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** The body of a request that adds a member. */
  @Benchmark
  public JsonNode read() throws JsonProcessingException {
    return Json.read(body);
  }

  private static Image image(String name) {
    return new Image(
        ImageId.next(),
        new ProjectId("d".repeat(32)),
        name,
        ImageStatus.ACTIVE,
        Visibility.SHARED,
        false,
        false,
        10,
        1024,
        "qcow2",
        "bare",
        new Image.StoredData("key", 1L << 30, null, "e".repeat(32), "f".repeat(128)),
        List.of("linux", "nightly"),
        Map.of("os_distro", "debian", "os_version", "12"),
        Image.DEFAULT_ENTERPRISE_PROJECT,
        TIME,
        TIME,
        TIME);
  }

  private static Member member(Image image, String id) {
    return new Member(image.id(), new MemberId(id), MemberStatus.ACCEPTED, TIME, TIME);
  }

  private static void require(boolean right) {
    if (!right) {
      throw new IllegalStateException("not what was to be measured");
    }
  }
}
