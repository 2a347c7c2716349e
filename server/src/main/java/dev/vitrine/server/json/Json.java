package dev.vitrine.server.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Reply;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes JSON. */
public final class Json {
  public static final String MEDIA_TYPE = "application/json";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private static final Pattern SURROGATE_ESCAPE = Pattern.compile("\\\\u[dD]");

  private Json() {}

  /** Writes fields and elements directly to bytes. */
  @FunctionalInterface
  public interface Writer {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Reads exactly one value in UTF-8 (RFC 8259; the parser would guess the encoding); {@link
   * JsonProcessingException} otherwise. Refuses duplicate keys, because parsers differ in which
   * value counts.
   */
  public static JsonNode read(Buffer bytes) throws JsonProcessingException {
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes())).toString();
    } catch (CharacterCodingException e) {
      throw new JsonParseException(null, "no UTF-8", e);
    }
    JsonNode tree = tree(text);
    if (SURROGATE_ESCAPE.matcher(text).find()) {
      requireWholeCharacters(tree);
    }
    return tree;
  }

  /** Reads what the database holds as JSON; null: null. */
  public static @Nullable JsonNode stored(@Nullable String text) {
    try {
      return text == null ? null : MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database holds JSON", e);
    }
  }

  private static JsonNode tree(String text) throws JsonProcessingException {
    try {
      return MAPPER.readTree(text);
    } catch (MismatchedInputException e) {
      if (e.getOriginalMessage().startsWith("Duplicate field")
          && e.getProcessor() instanceof JsonParser parser) {
        throw new Refusal.Invalid(
                "The key %s is there more than once.".formatted(path(parser.getParsingContext())))
            .asException();
      }
      throw e;
    }
  }

  /** A path such as {@code $.Statement[0].Action}. */
  private static String path(JsonStreamContext place) {
    JsonStreamContext parent = place.getParent();
    String before = parent == null ? "$" : path(parent);
    if (place.inArray()) {
      return place.hasCurrentIndex() ? before + "[" + place.getCurrentIndex() + "]" : before;
    }
    return place.inObject() && place.hasCurrentName()
        ? before + "." + place.getCurrentName()
        : before;
  }

  /** Whether the bytes are one JSON object. */
  public static boolean isObject(Buffer bytes) {
    try {
      return read(bytes).isObject();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** A value as maps, lists, strings, numbers and booleans. */
  public static Object tree(JsonNode value) {
    return MAPPER.convertValue(value, Object.class);
  }

  /** Refuses unpaired surrogates, which can be neither stored nor sent back. */
  private static void requireWholeCharacters(JsonNode node) throws JsonProcessingException {
    if (node.isTextual()) {
      requireWholeCharacters(node.textValue());
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      requireWholeCharacters(field.getKey());
    }
    for (JsonNode child : node) {
      requireWholeCharacters(child);
    }
  }

  private static void requireWholeCharacters(String text) throws JsonProcessingException {
    if (!UTF_8.newEncoder().canEncode(text)) {
      throw new JsonParseException(null, "half a surrogate pair");
    }
  }

  /** A reply with the output of {@code writer} as its body. */
  public static Reply reply(int status, Writer writer) {
    return Reply.bytes(status, MEDIA_TYPE, write(writer));
  }

  /** A reply of a tree. */
  public static Reply reply(int status, JsonNode tree) {
    return reply(status, json -> MAPPER.writeTree(json, tree));
  }

  /** Writes one value in parts. */
  @FunctionalInterface
  public interface Parts {
    /** Writes the next part; whether there is another. */
    boolean writeNext(JsonGenerator json) throws IOException;
  }

  /**
   * A reply with the output of {@code parts} as its body. The first part is written now, so it may
   * still refuse; if it is the only one, the reply is an ordinary one. Later parts are written when
   * they can be sent.
   */
  public static Reply replyInParts(int status, Parts parts) {
    PartsInBytes bytes = new PartsInBytes(parts);
    return bytes.isMore()
        ? new Reply(status, Map.of("Content-Type", MEDIA_TYPE), new Reply.Body.Parts(bytes))
        : Reply.bytes(status, MEDIA_TYPE, bytes.next());
  }

  /** Writes the first part at once, the others on demand, and keeps none. */
  private static final class PartsInBytes implements Iterator<Buffer> {
    private final Parts parts;
    private final Output output = new Output();
    private final JsonGenerator json;
    private @Nullable Buffer ready;
    private boolean more = true;

    PartsInBytes(Parts parts) {
      this.parts = parts;
      try {
        json = MAPPER.createGenerator(output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      ready = made();
    }

    /** Whether there are further parts. */
    boolean isMore() {
      return more;
    }

    @Override
    public boolean hasNext() {
      return ready != null || more;
    }

    @Override
    public Buffer next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Buffer next = ready == null ? made() : ready;
      ready = null;
      return next;
    }

    private Buffer made() {
      try {
        more = parts.writeNext(json);
        if (more) {
          json.flush();
        } else {
          json.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return output.take();
    }
  }

  /** The output of {@code writer} as bytes. */
  public static Buffer write(Writer writer) {
    Output output = new Output();
    try (JsonGenerator json = MAPPER.createGenerator(output)) {
      writer.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return output.take();
  }

  /** Writes directly into the buffer that is sent. */
  private static final class Output extends OutputStream {
    private Buffer bytes = Buffer.buffer();

    /** The bytes written since the last call. */
    Buffer take() {
      Buffer taken = bytes;
      bytes = Buffer.buffer();
      return taken;
    }

    @Override
    public void write(int one) {
      bytes.appendByte((byte) one);
    }

    @Override
    public void write(byte[] some, int offset, int length) {
      bytes.appendBytes(some, offset, length);
    }
  }
}
