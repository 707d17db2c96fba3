import type { PersonHashes } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";
import type { AwsClient } from "../aws/client";
import { requireVariable, type Variables, workerEnvironment } from "../aws/environment";
import { type AnyTableName, tables as tableKinds, tableNamesIn } from "../tables/tables";

/** The parts of AWS and the settings that a door has. Members of the operator's world are made from it. */
export interface OperatorPlace {
  readonly tables: AwsClient;
  /** Returns a table's deployed name. Throws if the deployment has no such table. */
  nameOf(table: AnyTableName): string;
  hashes(): Promise<PersonHashes>;
  /** @default the system's clock */
  readonly now?: () => Date;
  readonly settings: Variables;
  /** JSON with the access-list rules of each gate's policy. Undefined if the door does not have it. */
  askedLists(): string | undefined;
  /** The names of the gates, `default` first. @default that one alone */
  readonly gates?: readonly string[];
  /** True if the deployment is older than a table. @default it has all tables */
  readonly lacks?: (table: AnyTableName) => boolean;
  /** The policies of each gate. Absent if the door does not have them. */
  readonly policies?: ReadonlyMap<string, readonly Policy[]>;
  /** Returns a gate's policies. Undefined if they cannot be read. @default the door does not have them */
  readonly policiesAt?: (gate: string) => readonly Policy[] | undefined;
  /** Reads something that the act can do without. @default it fails if it cannot be read */
  readonly readPart?: <T>(part: string, without: T, read: () => Promise<T>) => Promise<T>;
}

/** Makes the place of a function that has no key of hashes: the mail link, the API for other systems. */
export function functionPlace(client: AwsClient, settings: Variables): OperatorPlace {
  return {
    tables: client,
    nameOf: tableNamesIn(settings),
    lacks: (table) => settings[tableKinds[table].variable] === undefined,
    hashes: () => Promise.reject(new Error("This function has no key of hashes.")),
    settings,
    askedLists: () => requireVariable(workerEnvironment.askedLists, settings),
  };
}

/** The actions that a member of the world does to a table, as DynamoDB names them, separated by spaces. */
export interface Need {
  readonly table: AnyTableName | `${AnyTableName} indexes`;
  readonly actions: string;
  /** Names of indexes. @default all indexes of the table */
  readonly indexes?: readonly string[];
  /** Prefixes of the rows' keys. @default every row */
  readonly under?: readonly string[];
}

/** A store or client that acts and views use. */
export interface WorldMember<T> {
  readonly needs: readonly Need[];
  make(place: OperatorPlace): T;
}

/** A gate's policies. Undefined if the door cannot read them. */
export const gatePolicies: WorldMember<(gate: string) => readonly Policy[] | undefined> = {
  needs: [],
  make:
    ({ policiesAt }) =>
    (gate) =>
      policiesAt?.(gate),
};

/** The settings of the function that acts. */
export const settings: WorldMember<Variables> = { needs: [], make: ({ settings }) => settings };

/** The members that an act or a view uses, by the names that it gives them. */
export type Uses = Readonly<Record<string, WorldMember<unknown>>>;
export type WorldOf<U extends Uses> = { readonly [K in keyof U]: U[K] extends WorldMember<infer T> ? T : never };

const madeByPlace = new WeakMap<OperatorPlace, Map<WorldMember<unknown>, unknown>>();

/** Makes a member once for each place, so that what it caches counts for every act there. */
export function makeMember<T>(member: WorldMember<T>, place: OperatorPlace): T {
  const made = madeByPlace.get(place) ?? new Map<WorldMember<unknown>, unknown>();
  madeByPlace.set(place, made);
  if (!made.has(member)) made.set(member, member.make(place));
  return made.get(member) as T;
}

/** A member is made when it is first used: a command may lack a table that only another part of its act needs. */
export function makeWorld<U extends Uses>(uses: U, place: OperatorPlace): WorldOf<U> {
  const getters = Object.entries(uses).map(([name, member]) => [name, { get: () => makeMember(member, place), enumerable: true }] as const);
  return Object.defineProperties({}, Object.fromEntries(getters)) as WorldOf<U>;
}

/** Returns the needs of several acts and views: each table's actions once, in alphabetical order. */
export function joinNeeds(uses: readonly Uses[]): readonly Need[] {
  const actions = new Map<Need["table"], Set<string>>();
  const members = new Set(uses.flatMap((each) => Object.values(each)));
  for (const { table, actions: text } of [...members].flatMap(({ needs }) => needs))
    actions.set(table, new Set([...(actions.get(table) ?? []), ...text.split(" ")]));
  return [...actions].map(([table, names]) => ({ table, actions: [...names].sort().join(" ") }));
}
