package dev.vitrine.server.testdouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vitrine.server.testdouble.Seed.Name;
import dev.vitrine.sharing.MemberStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedReaderTest {
  private static final List<String> ROLES = List.of("member", "reader");

  @Test
  void readsAScenario() throws Exception {
    Seed seed =
        SeedReader.read(
            """
            domains:
              - name: acme
            projects:
              - {domain: acme, name: build}
            users:
              - {domain: acme, name: ann, password: secret, project: acme/build}
            grants:
              - {user: acme/ann, role: member, project: acme/build}
            images:
              - {name: golden, project: acme/build, content: hello}
            shares:
              - {image: golden, project: acme/build, status: accepted}
            """,
            ROLES);

    assertThat(seed.users().getFirst().project()).isEqualTo(new Name("acme", "build"));
    assertThat(seed.images().getFirst().content()).isEqualTo(new Seed.Bytes.OfText("hello"));
    assertThat(seed.shares().getFirst().status()).isEqualTo(MemberStatus.ACCEPTED);
  }

  @Test
  void readsTheSeedOfTheDocument() throws Exception {
    String document = Files.readString(Path.of("..", "docs", "double.md"));
    int begin = document.indexOf("```yaml\n") + "```yaml\n".length();

    Seed seed = SeedReader.read(document.substring(begin, document.indexOf("```", begin)), ROLES);

    assertThat(seed.shares()).hasSize(1);
  }

  @Test
  void tellsAllProblemsAtOnceByLineAndPath() {
    assertThat(
            problems(
                """
                domains:
                  - name: acme
                    nme: x
                  - name: acme
                projects:
                  - {domain: acm, name: build, id: 12}
                users:
                  - domain: acme
                    name: ann
                    pasword: secret
                grants:
                  - {user: acme/bob, role: membr, project: acme/run, domain: acme}
                images:
                  - {name: golden, project: build, size: -1, visibility: open}
                  - {name: other, project: acm/build, visibility: private, content: a, size: 1}
                shares:
                  - {image: golden, project: acm/build, status: maybe}
                  - {image: other, project: acm/build}
                imgs: []
                """))
        .containsExactly(
            "line 3: domains[0].nme: there is no such field; there is [id, name]",
            "line 4: domains[1]: there is another domain acme",
            "line 6: projects[0].id: is 32 lower-case hexadecimal digits",
            "line 6: projects[0]: there is no domain acm in this file",
            "line 8: users[0]: password is missing",
            "line 10: users[0].pasword: there is no such field; there is [domain, id, name, password, project]",
            "line 12: grants[0].role: is one of [member, reader]",
            "line 12: grants[0]: give either project or domain",
            "line 12: grants[0]: there is no user acme/bob in this file",
            "line 12: grants[0]: there is no project acme/run in this file",
            "line 14: images[0].visibility: is one of [community, public, private, shared]",
            "line 14: images[0].project: is written DOMAIN/NAME",
            "line 14: images[0].size: is a number of bytes, at most 4294967296",
            "line 15: images[1]: give either content or size",
            "line 17: shares[0].status: is one of [pending, accepted, rejected]",
            "line 18: shares[1]: the image other is not shared: give it visibility shared",
            "line 19: imgs: there is no such field; there is [domains, grants, images, projects, shares, users]");
  }

  @Test
  void refusesWhatIsNoYamlOfOurs() {
    assertThat(problems("domains: [")).singleElement().asString().startsWith("no YAML: ");
    assertThat(problems("a list")).containsExactly("line 1: the file: is no mapping of names");
    assertThat(problems("domains: {name: acme}")).containsExactly("line 1: domains: is no list");
    assertThat(problems("domains: []\ndomains: []"))
        .singleElement()
        .asString()
        .contains("Duplicate");
    assertThat(problems("domains: &all []\nprojects: *all"))
        .singleElement()
        .asString()
        .contains("aliases");
    assertThat(problems("domains: []\n---\nusers: []"))
        .singleElement()
        .asString()
        .contains("second document");
  }

  private static List<String> problems(String text) {
    SeedRefused refused =
        catchThrowableOfType(SeedRefused.class, () -> SeedReader.read(text, ROLES));
    return refused.problems();
  }
}
