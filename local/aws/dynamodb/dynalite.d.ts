declare module "dynalite/db/index.js" {
  import type { Readable } from "node:stream";

  export interface Table {
    readonly TableName: string;
    readonly KeySchema: readonly { readonly AttributeName: string }[];
  }

  /** An error returned instead of a result. */
  export interface Refusal extends Error {
    readonly body?: { readonly __type?: string; readonly message?: string };
  }

  export type RowTaken = (error: Error | null, row?: object) => void;

  /** Receives a table's description, or the reason why there is none. */
  export type TableTaken = (error: Error | null, table?: Table) => void;

  type Values = Readonly<Record<string, object>>;
  /** Returns why an item or a key is none of the table. */
  export type KeyValidation = (values: Values, table: Table, schema?: Table["KeySchema"]) => Refusal | undefined | null;
  interface ParsedUpdates {
    readonly sections: readonly { readonly path: readonly (string | number)[]; readonly val?: unknown }[];
  }

  export interface Store {
    /** @param check false to return tables that are being created or removed, too */
    getTable(name: string, check: boolean | TableTaken, done?: TableTaken): void;
    /** The items of all tables. */
    readonly db: {
      /** Rejects if another process holds the files. */
      open(): Promise<void>;
      readonly status: string;
      get(key: string, done: RowTaken): void;
      /** Undefined if there is no such row. Throws if the database is not open, or the row is no JSON. */
      getSync(key: string): object | undefined;
      createValueStream(range: object): Readable;
      values(range: object): { nextv(count: number): Promise<readonly object[]>; close(): Promise<void> };
    };
    readonly options: object;
    readonly lifecycleManager: {
      /** Waits for writes under way. */
      gracefulClose(done: (error?: Error | null) => void): void;
    };
  }

  /** A parsed condition: its operator, and its operands: conditions, paths and values. */
  export interface Expression {
    readonly type: string;
    readonly name?: string;
    readonly args: readonly object[];
  }

  interface ReadCondition {
    readonly _condition?: { readonly expression: Expression };
    /** Set by us: the caller wants the item on which the condition fails. */
    readonly showsItem?: boolean;
  }

  type Item = Readonly<Record<string, import("@aws-sdk/client-dynamodb").AttributeValue>>;

  /** A DynamoDB operation. It does not check its input. */
  export type Action = (store: Store, data: object, done: (error: Refusal | null, answer?: { readonly Item?: object }) => void) => void;

  const database: {
    create(options: object): Store;
    /** Returns the reason why a parsed request's condition does not hold, if it does not. */
    checkConditional(read: ReadCondition, item: Item | undefined): Refusal | null | undefined;
    /** Follows a write of an item to the table's indexes. */
    updateIndexes(store: Store, table: Table, before: Item | undefined, after: Item | null, done: (error?: Error | null) => void): void;
    /** The value at a path in an item. */
    mapPath(path: readonly (string | number)[], item: object): object | undefined;
    validateKey: KeyValidation;
    validateItem: KeyValidation;
    validateUpdates(
      updates: Readonly<Record<string, { readonly Value?: Values[string] }>> | undefined,
      parsed: ParsedUpdates | undefined,
      table: Table,
    ): Refusal | undefined | null;
    validateKeyPiece(values: Values, name: string, type: string, isHash: boolean): Refusal | undefined | null;
    traverseIndexes(
      table: Table,
      visit: (name: string, type: string, index: Table & { readonly IndexName: string }) => Refusal | undefined,
    ): Refusal | undefined;
    validationError(message: string): Refusal;
    /** In bytes, as DynamoDB counts them. */
    itemSize(item: object): number;
  };
  export default database;
}

declare module "dynalite/validations/index.js" {
  import type { Store } from "dynalite/db/index.js";

  interface Reading {
    /** Removes what the operation does not know. Throws a Refusal. */
    checkTypes(input: object, types: object): object;
    /** Also parses the expressions. Throws a Refusal. */
    checkValidations(input: object, types: object, custom: unknown, store: Store): void;
  }
  const reading: Reading;
  export default reading;
}

declare module "dynalite/validations/query.js" {
  import type { Store } from "dynalite/db/index.js";

  const query: {
    readonly types: object;
    /** Parses a query's expressions. Returns what is wrong with it. */
    custom(data: object, store: Store): string | undefined;
  };
  export default query;
}
