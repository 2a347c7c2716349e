package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Protocol;
import dev.vitrine.server.glance.GlanceProtocol;
import dev.vitrine.server.glance.Versions;
import dev.vitrine.server.iam.IamProtocol;
import dev.vitrine.server.ims.ImsProtocol;
import dev.vitrine.server.keystone.KeystoneProtocol;
import dev.vitrine.server.start.Composition;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The door that a path leads to is the one that the operation's row names. */
class ProtocolOfOperationTest {
  private static final String URL = "http://127.0.0.1";

  @ParameterizedTest
  @EnumSource
  void isThatOfItsProtocol(Operation operation) {
    Class<?> door =
        Stream.concat(
                Composition.identityDoors(URL).stream(),
                Stream.of(new ImsProtocol(), new GlanceProtocol(new Versions(URL), URL)))
            .filter(one -> one.owns(operation.path()))
            .findFirst()
            .orElseThrow()
            .getClass();

    assertThat(door).isEqualTo(door(operation.protocol()));
  }

  private static Class<?> door(Protocol protocol) {
    return switch (protocol) {
      case GLANCE -> GlanceProtocol.class;
      case IMS -> ImsProtocol.class;
      case KEYSTONE, VITRINE -> KeystoneProtocol.class;
      case IAM -> IamProtocol.class;
    };
  }
}
