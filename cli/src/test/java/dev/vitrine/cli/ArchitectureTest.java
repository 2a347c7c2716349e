package dev.vitrine.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the command line may use (ADR 31). */
class ArchitectureTest {
  private static final JavaClasses CLI =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.vitrine.cli");

  /** It is a client of the public APIs: of our modules it knows only the HTTP client. */
  @Test
  void theCommandLineUsesTheClientAndNothingOfTheServer() {
    classes()
        .that()
        .resideInAPackage("dev.vitrine.cli..")
        .and()
        .doNotHaveFullyQualifiedName(TrainCommand.class.getName())
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.vitrine.cli..",
            "dev.vitrine.client..",
            "java..",
            "javax.net.ssl..",
            "picocli..",
            "com.fasterxml.jackson..",
            "org.jspecify..")
        .check(CLI);
  }
}
