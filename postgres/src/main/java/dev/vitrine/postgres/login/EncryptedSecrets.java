package dev.vitrine.postgres.login;

import dev.vitrine.login.EncryptedSecret;
import dev.vitrine.login.SecretStore;
import dev.vitrine.postgres.engine.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The encrypted secrets of a table, in its columns {@code encrypted_secret} and {@code
 * secret_generation}. An index on the latter serves the search.
 */
public final class EncryptedSecrets implements SecretStore {
  private final Database database;
  private final String table;
  private final String id;

  /**
   * @param id the column with the id of a secret
   */
  public EncryptedSecrets(Database database, String table, String id) {
    this.database = database;
    this.table = table;
    this.id = id;
  }

  @Override
  public Map<String, EncryptedSecret> encryptedOtherwise(int generation, int limit) {
    return database
        .all(
            """
            select %s as id, encrypted_secret, secret_generation from %s
            where secret_generation < ? or secret_generation > ? limit ?
            """
                .formatted(id, table),
            row -> Map.entry(row.getString("id"), secret(row)),
            generation,
            generation,
            limit)
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @Override
  public void replaceSecret(String secret, int old, EncryptedSecret fresh) {
    database.change(
        """
        update %s set encrypted_secret = ?, secret_generation = ?
        where %s = ? and secret_generation = ?
        """
            .formatted(table, id),
        fresh.bytes(),
        fresh.generation(),
        secret,
        old);
  }

  /** Both columns. */
  public static EncryptedSecret secret(ResultSet row) throws SQLException {
    return new EncryptedSecret(row.getInt("secret_generation"), row.getBytes("encrypted_secret"));
  }
}
