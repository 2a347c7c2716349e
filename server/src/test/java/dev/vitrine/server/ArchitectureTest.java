package dev.vitrine.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which packages of the server, the stores and the client may use which (ADR 24). */
class ArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // Those of other modules, which are in a jar when all is built.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.vitrine");

  private static final List<String> PROTOCOLS = List.of("glance", "ims", "keystone", "iam", "own");

  @ParameterizedTest
  @ValueSource(strings = {"glance", "ims", "keystone", "iam", "own"})
  void aProtocolUsesNoOther(String protocol) {
    noClasses()
        .that()
        .resideInAPackage("dev.vitrine.server." + protocol + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            PROTOCOLS.stream()
                .filter(other -> !other.equals(protocol))
                .map("dev.vitrine.server.%s.."::formatted)
                .toArray(String[]::new))
        .check(ALL);
  }

  @Test
  void whatProtocolsShareKnowsNoneOfThem() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.vitrine.server.http..", "dev.vitrine.server.json..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            PROTOCOLS.stream().map("dev.vitrine.server.%s.."::formatted).toArray(String[]::new))
        .check(ALL);
  }

  @Test
  void httpKnowsNoVendor() {
    noClasses()
        .that()
        .resideInAPackage("dev.vitrine.server.http..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.vitrine.server.huawei..", "dev.vitrine.server.images..")
        .check(ALL);
  }

  @Test
  void onlyTheStartAndTheOperatorKnowTheStores() {
    noClasses()
        .that()
        .resideInAPackage("dev.vitrine.server..")
        .and()
        .resideOutsideOfPackages(
            "dev.vitrine.server.start..",
            "dev.vitrine.server.operate..",
            "dev.vitrine.server.data..",
            "dev.vitrine.server.settings..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.vitrine.postgres..", "dev.vitrine.blobs..", "java.sql..")
        .check(ALL);
  }

  /** Of what only a test double has (ADR 32). */
  @Test
  void onlyTheStartKnowsTheDouble() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.vitrine.server.start..", "dev.vitrine..testdouble..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.vitrine..testdouble..")
        .check(ALL);
  }

  /** So that a server without a management listener does not load Micrometer (ADR 34). */
  @Test
  void onlyTheMetricsUseMicrometer() {
    noClasses()
        .that()
        .haveNameNotMatching("dev\\.vitrine\\.server\\.management\\.Metrics(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer..", "io.prometheus..")
        .check(ALL);
  }

  /** So that a server without traces does not load OpenTelemetry (ADR 43). */
  @Test
  void onlyTheTracesUseOpenTelemetry() {
    noClasses()
        .that()
        .haveNameNotMatching("dev\\.vitrine\\.server\\.management\\.Traces(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.opentelemetry..")
        .check(ALL);
  }

  /** So that a server without a message bus does not load RabbitMQ's client (ADR 50). */
  @Test
  void onlyTheBrokerUsesRabbitMq() {
    noClasses()
        .that()
        .haveNameNotMatching("dev\\.vitrine\\.server\\.bus\\.AmqpBroker(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.rabbitmq..")
        .check(ALL);
  }

  @Test
  void theStoresKnowNoProtocol() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.vitrine.postgres..", "dev.vitrine.blobs..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.vitrine.server..")
        .check(ALL);
  }

  /** It is for other programs: the command line starts without the server's classes. */
  @Test
  void theClientUsesTheJdkAndJsonOnly() {
    classes()
        .that()
        .resideInAPackage("dev.vitrine.client..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.vitrine.client..",
            "java..",
            "javax.net.ssl..",
            "com.fasterxml.jackson..",
            "org.jspecify..")
        .check(ALL);
  }

  @Test
  void noPackagesOfTheStoresUseEachOther() {
    slices().matching("dev.vitrine.postgres.(*)..").should().beFreeOfCycles().check(ALL);
  }

  @Test
  void noPackagesOfTheServerUseEachOther() {
    slices().matching("dev.vitrine.server.(*)..").should().beFreeOfCycles().check(ALL);
  }
}
