declare module "dynalite" {
  import type { Server } from "node:http";

  export interface Options {
    /** Folder of the database; in memory without. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly updateTableMs?: number;
    readonly deleteTableMs?: number;
  }

  /** An HTTP server, not yet listening, that answers as DynamoDB does. */
  export default function dynalite(options?: Options): Server;
}

declare module "dynalite/db/index.js" {
  import type { Readable } from "node:stream";

  export interface Table {
    readonly KeySchema: readonly { readonly AttributeName: string }[];
  }

  /** An error that it returns instead of an answer. */
  export interface Refusal extends Error {
    readonly body?: { readonly __type?: string; readonly message?: string };
  }

  /** A table's description, or why there is none. */
  export type TableTaken = (error: Error | null, table?: Table) => void;
  type Done = (error: Error | null) => void;

  /** The tables and items of one server. */
  export interface Store {
    /** @param check false for a table that is being made or removed too; may be left out */
    getTable(name: string, check: boolean | TableTaken, done?: TableTaken): void;
    /** All of it, of all tables. */
    readonly db: {
      createValueStream(range: object): Readable;
      values(range: object): { nextv(count: number): Promise<readonly object[]>; close(): Promise<void> };
    };
    readonly tableDb: {
      put(name: string, table: Table, done: Done): void;
      del(name: string, done: Done): void;
    };
    readonly lifecycleManager: {
      /** Ends once what is under way is written. */
      gracefulClose(done: (error?: Error | null) => void): void;
    };
  }

  /** An operation of DynamoDB, its input taken as it is. */
  export type Action = (store: Store, data: object, done: (error: Refusal | null, answer?: { readonly Item?: object }) => void) => void;

  const database: {
    create(options: object): Store;
    /** Of a request that was read: why its condition does not hold, if it does not. */
    checkConditional(read: object, item: object | undefined): Refusal | null | undefined;
    /** In bytes, as DynamoDB counts them. */
    itemSize(item: object): number;
  };
  export default database;
}

declare module "dynalite/validations/index.js" {
  import type { Store } from "dynalite/db/index.js";

  interface Reading {
    /** The request without what the operation does not know. Throws a Refusal. */
    checkTypes(input: object, types: object): object;
    /** Reads its expressions too. Throws a Refusal. */
    checkValidations(input: object, types: object, custom: unknown, store: Store): void;
  }
  const reading: Reading;
  export default reading;
}

declare module "dynalite/validations/*" {
  /** Describes an operation's request. */
  const operation: { readonly types: object; readonly custom: unknown };
  export default operation;
}

declare module "dynalite/actions/*" {
  import type { Action } from "dynalite/db/index.js";

  const action: Action;
  export default action;
}
