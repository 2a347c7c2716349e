package dev.vitrine.server.keystone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.vitrine.directory.Filter;
import dev.vitrine.directory.Filter.Tags;
import dev.vitrine.identity.DomainId;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.RequestHead;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Filters in the queries of Keystone (docs/grammars.md). */
@NullMarked
class QueryTest {
  private static final DomainId D = new DomainId("d");

  /** The value; or the name of the parameter that is refused. */
  private static Object read(Supplier<Object> read) {
    try {
      return read.get();
    } catch (Refused e) {
      String message = ((Refusal.Invalid) e.refusal()).message();
      return message.substring(message.indexOf('\'') + 1, message.lastIndexOf('\''));
    }
  }

  /** Keystone's words for false, in any case (oslo.utils, {@code bool_from_string}). */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "'' | null | false",
        "other=1 | null | false",
        "enabled=true | true | true",
        "enabled=1 | true | true",
        "enabled=yes | true | true",
        "enabled=on | true | true",
        "enabled=anything | true | true",
        "enabled= | true | true",
        "enabled | true | true",
        "enabled=false | false | false",
        "enabled=0 | false | false",
        "enabled=no | false | false",
        "enabled=off | false | false",
        "enabled=n | false | false",
        "enabled=f | false | false",
        "enabled=FALSE | false | false",
        "enabled=No | false | false",
        "enabled=false%20 | false | false",
        "enabled=+0 | false | false",
        "enabled=%09No%0A | false | false",
        "enabled=+ | true | true",
        "enabled=f+alse | true | true",
        "enabled=00 | true | true",
        "enabled=0&enabled=1 | true | true",
        "enabled=1&enabled=0 | false | false"
      })
  void aFlag(String query, @Nullable Boolean enabled, boolean flag) {
    assertThat(Query.flag(RequestHead.query(query), "enabled")).isEqualTo(flag);
    assertThat(Query.filter(RequestHead.query(query)).enabled())
        .as("the filter can also be absent")
        .isEqualTo(enabled);
  }

  /** Keystone's words for true; here all others are false ({@code allow_expired}). */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | false",
        "f=1 | true",
        "f=true | true",
        "f=t | true",
        "f=yes | true",
        "f=y | true",
        "f=on | true",
        "f=TRUE | true",
        "f=True%20 | true",
        "f=+1 | true",
        "f=0 | false",
        "f=false | false",
        "f= | false",
        "f | false",
        "f=2 | false",
        "f=anything | false"
      })
  void aStrictFlag(String query, boolean flag) {
    assertThat(Query.strictFlag(RequestHead.query(query), "f")).isEqualTo(flag);
  }

  private static Stream<Arguments> filters() {
    return Stream.of(
        arguments("", new Filter(null, null, null)),
        arguments("domain_id=d", new Filter(D, null, null)),
        arguments("name=a+b", new Filter(null, "a b", null)),
        arguments("name=", new Filter(null, "", null)),
        arguments("name=a&name=b", new Filter(null, "b", null)),
        arguments("enabled=0&name=a&domain_id=d", new Filter(D, "a", false)),
        // Ids: 1 to 64 visible ASCII characters.
        arguments("domain_id=", "domain_id"),
        arguments("domain_id=a+b", "domain_id"),
        arguments("domain_id=%E2%98%83", "domain_id"),
        arguments("domain_id=" + "x".repeat(65), "domain_id"),
        arguments("domain_id=%00", "domain_id"),
        arguments("name=a%00", "name"));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aFilter(String query, Object expected) {
    assertThat(read(() -> Query.filter(RequestHead.query(query)))).isEqualTo(expected);
  }

  private static Filter tagged(Set<String> all, Set<String> any, Set<String> not, Set<String> no) {
    return new Filter(null, null, null, new Tags(all, any, not, no));
  }

  private static Stream<Arguments> projects() {
    Set<String> none = Set.of();
    return Stream.of(
        arguments("", new Filter(null, null, null)),
        arguments("name=n&enabled=no&domain_id=d", new Filter(D, "n", false)),
        // A project's only parent is its domain.
        arguments("parent_id=d", new Filter(D, null, null)),
        arguments("parent_id=d&domain_id=d", new Filter(D, null, null)),
        arguments("parent_id=p&domain_id=d", "parent_id"),
        arguments("parent_id=", "parent_id"),
        arguments("is_domain=false", new Filter(null, null, null)),
        arguments("is_domain=0", new Filter(null, null, null)),
        arguments("is_domain=true", "is_domain"),
        arguments("is_domain", "is_domain"),
        // OpenStack API guideline on tags: a list separated by commas.
        arguments("tags=a", tagged(Set.of("a"), none, none, none)),
        arguments("tags=a,b", tagged(Set.of("a", "b"), none, none, none)),
        arguments("tags=b,a,b", tagged(Set.of("a", "b"), none, none, none)),
        arguments("tags=a%2Cb", tagged(Set.of("a", "b"), none, none, none)),
        arguments("tags=a+b", tagged(Set.of("a b"), none, none, none)),
        arguments("tags-any=a,b", tagged(none, Set.of("a", "b"), none, none)),
        arguments("not-tags=a", tagged(none, none, Set.of("a"), none)),
        arguments("not-tags-any=a", tagged(none, none, none, Set.of("a"))),
        arguments(
            "not-tags-any=d&not-tags=c&tags-any=b&tags=a",
            tagged(Set.of("a"), Set.of("b"), Set.of("c"), Set.of("d"))),
        arguments("tags=" + "x".repeat(255), tagged(Set.of("x".repeat(255)), none, none, none)),
        arguments("tags=" + "x".repeat(256), "tags"),
        arguments("tags=", "tags"),
        arguments("tags=a,", "tags"),
        arguments("tags=,a", "tags"),
        arguments("tags-any=a,,b", "tags-any"),
        arguments("not-tags=a/b", "not-tags"),
        arguments("not-tags-any=a%00", "not-tags-any"));
  }

  @ParameterizedTest
  @MethodSource("projects")
  void aFilterOfProjects(String query, Object expected) {
    assertThat(read(() -> Query.projects(RequestHead.query(query)))).isEqualTo(expected);
  }
}
