package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Protocol;
import dev.vitrine.server.glance.GlanceDoor;
import dev.vitrine.server.glance.Versions;
import dev.vitrine.server.iam.IamDoor;
import dev.vitrine.server.ims.ImsDoor;
import dev.vitrine.server.keystone.KeystoneDoor;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The door that a path leads to is the one that the operation's row names. */
class DoorOfOperationTest {
  private static final String URL = "http://127.0.0.1";

  @ParameterizedTest
  @EnumSource
  void isThatOfItsProtocol(Operation operation) {
    Class<?> door =
        Stream.concat(
                Doors.identityDoors(URL).stream(),
                Stream.of(new ImsDoor(), new GlanceDoor(new Versions(URL), URL)))
            .filter(one -> one.owns(operation.path()))
            .findFirst()
            .orElseThrow()
            .getClass();

    assertThat(door).isEqualTo(door(operation.protocol()));
  }

  private static Class<?> door(Protocol protocol) {
    return switch (protocol) {
      case GLANCE -> GlanceDoor.class;
      case IMS -> ImsDoor.class;
      case KEYSTONE, VITRINE -> KeystoneDoor.class;
      case IAM -> IamDoor.class;
    };
  }
}
