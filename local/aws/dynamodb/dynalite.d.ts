declare module "dynalite" {
  import type { Server } from "node:http";

  interface Options {
    /** Folder of the database; in memory without. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly updateTableMs?: number;
    readonly deleteTableMs?: number;
  }

  /** An HTTP server, not yet listening, that answers as DynamoDB does. */
  export default function dynalite(options?: Options): Server;
}
