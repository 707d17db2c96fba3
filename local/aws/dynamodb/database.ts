import { mkdirSync } from "node:fs";
import type { EmbeddedDatabase } from "./embedded";
import { DatabaseError } from "./tables";

/** Opens the embedded DynamoDB on the data in `folder`. Throws DatabaseError. */
export async function openDatabase(folder: string): Promise<EmbeddedDatabase> {
  mkdirSync(folder, { recursive: true });
  // Loaded once the start has found that its package is installed.
  const { embeddedDatabase } = await import("./embedded");
  const database = embeddedDatabase(folder);
  try {
    await database.store.db.open();
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new DatabaseError(`The database in ${folder} cannot be opened: another process uses it, or its files are damaged (${why}).`);
  }
  return database;
}
