package dev.vitrine.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.vitrine.client.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The clouds that a user knows, from where OpenStack's clients look: {@code clouds.yaml} and {@code
 * secure.yaml}, and variables {@code OS_*}.
 */
final class Clouds {
  /** Variables that are not fields of {@code auth}, and the fields that they are. */
  private static final Map<String, String> BESIDE_AUTH =
      Map.of(
          "OS_AUTH_TYPE", "auth_type",
          "OS_REGION_NAME", "region_name",
          "OS_INTERFACE", "interface",
          "OS_IDENTITY_API_VERSION", "identity_api_version",
          "OS_CACERT", "cacert",
          "OS_CERT", "cert",
          "OS_KEY", "key",
          "OS_INSECURE", "insecure");

  private static final List<String> AUTH =
      List.of(
          "AUTH_URL",
          "USERNAME",
          "USER_ID",
          "PASSWORD",
          "USER_DOMAIN_NAME",
          "USER_DOMAIN_ID",
          "PROJECT_NAME",
          "PROJECT_ID",
          "PROJECT_DOMAIN_NAME",
          "PROJECT_DOMAIN_ID",
          "TOKEN",
          "TRUST_ID",
          "DOMAIN_ID",
          "DOMAIN_NAME",
          "SYSTEM_SCOPE",
          "APPLICATION_CREDENTIAL_ID",
          "APPLICATION_CREDENTIAL_NAME",
          "APPLICATION_CREDENTIAL_SECRET");

  private final Shell shell;

  Clouds(Shell shell) {
    this.shell = shell;
  }

  /**
   * The account to use: the named cloud, else the one of {@code OS_CLOUD}, else that of the
   * variables, else the only cloud of the file.
   */
  Account choose(@Nullable String option) {
    String name = option != null ? option : shell.variable("OS_CLOUD");
    if (name == null && shell.variable("OS_AUTH_URL") != null) {
      return account("OS_*", ofVariables());
    }
    JsonNode clouds = read();
    List<String> names = new ArrayList<>();
    clouds.fieldNames().forEachRemaining(names::add);
    if (name == null) {
      if (names.size() != 1) {
        throw names.isEmpty()
            ? new Problem(ExitCode.FORBIDDEN, "cloud.none")
            : new Problem(ExitCode.USAGE, "cloud.which", String.join(", ", names));
      }
      name = names.getFirst();
    }
    if (!clouds.has(name)) {
      throw new Problem(ExitCode.USAGE, "cloud.unknown", name, String.join(", ", names));
    }
    return account(name, clouds.path(name));
  }

  private Account account(String name, JsonNode cloud) {
    Account account = Account.of(name, cloud, Trust.of(cloud, shell));
    if (!account.trust().isVerified() && account.identity().getScheme().equals("https")) {
      shell.note("cloud.unverified", name);
    }
    return account;
  }

  private ObjectNode ofVariables() {
    ObjectNode cloud = JsonNodeFactory.instance.objectNode();
    ObjectNode auth = cloud.putObject("auth");
    for (String name : AUTH) {
      put(auth, name.toLowerCase(Locale.ROOT), "OS_" + name);
    }
    BESIDE_AUTH.forEach((variable, field) -> put(cloud, field, variable));
    return cloud;
  }

  private void put(ObjectNode into, String field, String variable) {
    String value = shell.variable(variable);
    if (value != null) {
      into.put(field, value);
    }
  }

  /** The clouds of the first file that exists, with the secrets of the first file of secrets. */
  private JsonNode read() {
    ObjectNode clouds = clouds(find("OS_CLIENT_CONFIG_FILE", "clouds"));
    merge(clouds, clouds(find("OS_CLIENT_SECURE_FILE", "secure")));
    return clouds;
  }

  private static void merge(ObjectNode into, ObjectNode from) {
    for (Map.Entry<String, JsonNode> field : from.properties()) {
      if (field.getValue() instanceof ObjectNode object
          && into.get(field.getKey()) instanceof ObjectNode same) {
        merge(same, object);
      } else {
        into.set(field.getKey(), field.getValue());
      }
    }
  }

  private static ObjectNode clouds(@Nullable Path file) {
    if (file == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    try (JsonParser parser = new YAMLFactory().createParser(file.toFile())) {
      JsonNode clouds = Json.read(parser).path("clouds");
      return clouds instanceof ObjectNode found ? found : JsonNodeFactory.instance.objectNode();
    } catch (IOException e) {
      throw new Problem(ExitCode.USAGE, "cloud.file", file, firstLine(e));
    }
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private @Nullable Path find(String variable, String name) {
    String given = shell.variable(variable);
    if (given != null) {
      Path file = shell.directory().resolve(given);
      if (!Files.exists(file)) {
        throw new Problem(ExitCode.USAGE, "cloud.noFile", variable, file);
      }
      return file;
    }
    for (Path folder : folders()) {
      for (String ending : List.of("yaml", "yml", "json")) {
        Path file = folder.resolve(name + "." + ending);
        if (Files.exists(file)) {
          return file;
        }
      }
    }
    return null;
  }

  private List<Path> folders() {
    List<Path> folders = new ArrayList<>(List.of(shell.directory()));
    String config = shell.variable("XDG_CONFIG_HOME");
    String home = shell.variable("HOME");
    if (config != null) {
      folders.add(Path.of(config, "openstack"));
    } else if (home != null) {
      folders.add(Path.of(home, ".config", "openstack"));
    }
    folders.add(Path.of("/etc/openstack"));
    return folders;
  }
}
