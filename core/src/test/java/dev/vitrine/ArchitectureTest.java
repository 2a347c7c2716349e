package dev.vitrine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of core and which of them may use which (ADR 24). */
class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.vitrine");

  /** Each may use those before it, and none after it. */
  private static final List<String> ORDER =
      List.of(
          "digest",
          "identity",
          "operation",
          "refusal",
          "work",
          "tracing",
          "access",
          "directory",
          "login",
          "catalog",
          "sharing",
          "image",
          "limit",
          "job",
          "history",
          "webhook",
          "bus",
          "explain");

  @Test
  void everyPackageHasAPlaceInTheOrder() {
    assertThat(
            CORE.stream()
                .map(type -> type.getPackageName().replaceFirst("dev\\.vitrine\\.?", ""))
                .map(name -> name.split("\\.", -1)[0])
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(ORDER);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesOnlyThoseBeforeIt(String name) {
    List<String> later = ORDER.subList(ORDER.indexOf(name) + 1, ORDER.size());
    noClasses()
        .that()
        .resideInAPackage("dev.vitrine." + name + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            later.stream().map("dev.vitrine.%s.."::formatted).toArray(String[]::new))
        .check(CORE);
  }

  static List<String> packages() {
    return ORDER;
  }

  @Test
  void noPackagesUseEachOther() {
    slices().matching("dev.vitrine.(**)").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void theRulesKnowNoDatabaseNoProtocolAndNoFormat() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.sql..",
            "java.net.http..",
            "com.fasterxml..",
            "io.vertx..",
            "io.netty..",
            "io.opentelemetry..",
            "dev.vitrine.postgres..",
            "dev.vitrine.blobs..",
            "dev.vitrine.server..")
        .check(CORE);
  }
}
