package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.directory.UserOption;
import dev.vitrine.server.json.Fields;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Keystone's resource options: {@code immutable}, and those of users. An option without an
 * implementation is refused; null removes an option.
 */
final class Options {
  private static final String FIELD = "options";
  private static final String IMMUTABLE = "immutable";
  private static final String NO_FACTORS = "there is no multi-factor authentication here";

  private static final String[] OF_USERS =
      Stream.concat(
              Arrays.stream(UserOption.values()).map(UserOption::word),
              Stream.of("multi_factor_auth_enabled", "multi_factor_auth_rules"))
          .toArray(String[]::new);

  private Options() {}

  /** The requested {@code immutable} of a domain, project or role. */
  static boolean immutable(Fields fields, boolean old) {
    Fields options = fields.object(FIELD).only(IMMUTABLE);
    return options.raw(IMMUTABLE).isNull() ? false : options.flag(IMMUTABLE, old);
  }

  static void write(boolean immutable, ObjectNode resource) {
    ObjectNode options = resource.putObject(FIELD);
    if (immutable) {
      options.put(IMMUTABLE, true);
    }
  }

  /** A user's options, with the changes of the request. */
  static Map<UserOption, Boolean> of(Fields fields, Map<UserOption, Boolean> old) {
    Fields options = fields.object(FIELD).only(OF_USERS);
    if (!options.raw("multi_factor_auth_enabled").isNull()) {
      options.refuse("multi_factor_auth_enabled", BooleanNode.FALSE, NO_FACTORS);
    }
    JsonNode rules = options.raw("multi_factor_auth_rules");
    if (!(rules.isArray() && rules.isEmpty())) {
      options.refuse("multi_factor_auth_rules", NullNode.getInstance(), NO_FACTORS);
    }
    Map<UserOption, Boolean> changed = new EnumMap<>(UserOption.class);
    changed.putAll(old);
    for (UserOption option : UserOption.values()) {
      if (options.raw(option.word()).isNull()) {
        changed.remove(option);
      } else if (options.has(option.word())) {
        changed.put(option, options.flag(option.word(), false));
      }
    }
    return changed;
  }

  static void write(Map<UserOption, Boolean> set, ObjectNode user) {
    ObjectNode options = user.putObject(FIELD);
    for (UserOption option : UserOption.values()) {
      Boolean value = set.get(option);
      if (value != null) {
        options.put(option.word(), value);
      }
    }
  }
}
