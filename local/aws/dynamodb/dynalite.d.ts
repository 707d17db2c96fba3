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
  export interface Table {
    readonly KeySchema: readonly { readonly AttributeName: string }[];
  }

  /** The tables and items of one server. */
  export interface Store {
    getTable(name: string, done: (error: Error | null, table?: Table) => void): void;
  }

  /** An operation of DynamoDB, its input taken as it is. */
  export type Action = (
    store: Store,
    data: object,
    done: (error: (Error & { readonly body?: { readonly __type?: string } }) | null, answer?: { readonly Item?: object }) => void,
  ) => void;

  const database: { create(options: object): Store };
  export default database;
}

declare module "dynalite/actions/*" {
  import type { Action } from "dynalite/db/index.js";

  const action: Action;
  export default action;
}
