import { mkdirSync } from "node:fs";
import type { ItemChange } from "./changes";
import { type EmbeddedDatabase, embeddedDatabase } from "./embedded";
import { DatabaseError } from "./tables";

/** Opens the embedded DynamoDB on the data in `folder`. Throws DatabaseError. */
export async function openDatabase(folder: string, onChange?: (change: ItemChange) => void): Promise<EmbeddedDatabase> {
  mkdirSync(folder, { recursive: true });
  const database = embeddedDatabase(folder, onChange);
  try {
    await database.store.db.open();
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new DatabaseError(`The database in ${folder} cannot be opened: another process uses it, or its files are damaged (${why}).`);
  }
  return database;
}
