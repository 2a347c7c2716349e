package dev.vitrine.postgres.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.vitrine.access.PolicyReader;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Custom policies that were accepted under an earlier grammar and would be refused today. They stay
 * valid (ruling 33). Their owners should know, because such a statement may never apply.
 */
public final class OutdatedPolicies {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private OutdatedPolicies() {}

  /**
   * A custom policy that would be refused today.
   *
   * @param domain its owner
   * @param fault the refusal that it would get
   */
  public record Outdated(String role, String domain, String name, Refusal.InvalidPolicy fault) {
    @Override
    public String toString() {
      return "%s (%s) of domain %s: %s %s"
          .formatted(role, name, domain, fault.path(), fault.message());
    }
  }

  /** All outdated policies. Reads every custom policy: for the start, not for requests. */
  public static List<Outdated> in(Database database) {
    return database
        .all(
            """
            select role_id, domain_id, display_name, document
            from role where custom_number is not null order by domain_id, custom_number
            """,
            row -> {
              Refusal.InvalidPolicy fault = fault(row.getString("document"));
              return fault == null
                  ? null
                  : new Outdated(
                      row.getString("role_id"),
                      row.getString("domain_id"),
                      row.getString("display_name"),
                      fault);
            })
        .stream()
        .filter(Objects::nonNull)
        .toList();
  }

  private static Refusal.@Nullable InvalidPolicy fault(String document) {
    try {
      PolicyReader.read("a policy", MAPPER.readValue(document, Object.class));
      return null;
    } catch (Refused refused) {
      return refused.refusal() instanceof Refusal.InvalidPolicy fault ? fault : null;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a policy's document is no JSON", e);
    }
  }
}
