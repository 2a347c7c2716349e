/**
 * The operator's commands on the machine of a server: backup, restore, verify, a lost password, new
 * keys. They work with the files and the database, and need no HTTP.
 */
@NullMarked
package dev.vitrine.server.operate;

import org.jspecify.annotations.NullMarked;
