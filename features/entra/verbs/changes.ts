import type { Finding } from "../../../cli/graph/access";
/** One call that writes, as `--json` prints it. */
export interface Change {
  readonly action: string;
  readonly why: string;
}

/** How a command makes one kind of change with the calls of a setup, and how it prints it. */
export interface Action<Setup, Fields> {
  /** @param made ids of what was made before, by name; the method adds its own @returns a text where there is more to say, once */
  make(setup: Setup, change: Fields, made: Map<string, string>): Promise<unknown>;
  /** What the change is made to. @default its name */
  readonly object?: (change: Fields) => string;
  /** The change, as what is wrong without it. @default object and reason */
  readonly finding?: (change: Fields & { readonly why: string }) => string;
  /** Whether the change is made to one flow. All flows of the gate share the others: made for one, it is made for all. */
  readonly isOfFlow?: true;
  /** Whether it waits until every flow of the run calls its gate. */
  readonly isAfterAll?: true;
}

/** The actions of a kind of tenant by their names, in the order in which they have to be done. */
type Actions<Setup> = Readonly<Record<string, Action<Setup, never>>>;

/** The changes that a table of actions describes. */
export type ChangeOf<Table extends Actions<never>> = {
  [Name in keyof Table]: { readonly action: Name; readonly why: string } & Parameters<Table[Name]["make"]>[1];
}[keyof Table];

/** What the commands do with any change of a table. */
export interface ChangeKinds {
  /** @returns what else to say, once */
  make(change: Change, made: Map<string, string>): Promise<string | undefined>;
  objectOf(change: Change): string;
  findingOf(change: Change): string;
  isShared(change: Change): boolean;
  isAfterAll(change: Change): boolean;
}

export function changeKinds<Setup>(actions: Actions<Setup>, setup: Setup): ChangeKinds {
  const actionOf = ({ action }: Change) => actions[action] as Action<Setup, Change>;
  const objectOf = (change: Change) => actionOf(change).object?.(change) ?? (change as Change & { readonly name: string }).name;
  return {
    objectOf,
    findingOf: (change) => actionOf(change).finding?.(change) ?? `${objectOf(change)}: ${change.why}`,
    isShared: (change) => actionOf(change).isOfFlow !== true,
    isAfterAll: (change) => actionOf(change).isAfterAll === true,
    async make(change, made) {
      const said = await actionOf(change).make(setup, change, made);
      return typeof said === "string" ? said : undefined;
    },
  };
}

/** What is to be done in a tenant. */
export interface Plan<C extends Change = Change> {
  /** In the order in which they have to be made. */
  readonly changes: readonly C[];
  /** What keeps them from being made, and what to do about it. */
  readonly obstacles: readonly string[];
  /** What only a person can do. */
  readonly byHand: readonly string[];
  readonly notes: readonly string[];
}

export interface ApplyOptions {
  /** Whether what somebody else set up may be changed. */
  readonly takeOver?: boolean;
  /** Whether user name and password are also sent to connectors that exist. */
  readonly credentials?: boolean;
  /** Whether admin consent is given, too. */
  readonly grantConsent?: boolean;
  /** Names of the tenant's flows that the same run connects to a gate. */
  readonly alongside?: readonly string[];
}

export interface RemovalOptions {
  /** Whether the flow stops collecting what the policy sets. */
  readonly attributes?: boolean;
  /** Names of the tenant's flows that the same run takes out of the same gate. */
  readonly alongside?: readonly string[];
}

/** A gate and the flow that it judges, whatever the kind of tenant. */
export interface EntraTenant extends ChangeKinds {
  /** The flow, as the command or entra.ts names it. */
  readonly flow: string;
  /** The gate that judges it; absent for the one without a name. */
  readonly gate?: string;
  /** The Entra tenant, where the command or entra.ts names it. */
  readonly tenant?: string;
  /** Reads the tenant, and compares it with what the gate needs. */
  plan(options: ApplyOptions): Promise<Plan>;
  /** Reads the tenant, and plans how to take the gate out of it. */
  removal(options: RemovalOptions): Promise<Plan>;
  /** What else is wrong, or could not be checked. */
  findings(): Promise<readonly Finding[]>;
}

/** Several plans as one. @param actions in the order in which they have to be done */
export function mergedPlan<C extends Change>(parts: readonly Partial<Plan<C>>[], actions: object): Plan<C> {
  const changes = parts.flatMap((part) => part.changes ?? []);
  return {
    changes: Object.keys(actions).flatMap((action) => changes.filter((change) => change.action === action)),
    obstacles: parts.flatMap(({ obstacles = [] }) => obstacles),
    byHand: parts.flatMap(({ byHand = [] }) => byHand),
    notes: parts.flatMap(({ notes = [] }) => notes),
  };
}

/** What calls the gate in a tenant, under a name that the gate chooses. */
interface Named {
  readonly id: string;
  readonly displayName: string;
}

/** How to compare what carries a name with what the gate needs under it. */
interface Comparison<T extends Named> {
  /** "API connectors" */
  readonly kind: string;
  /** "user flow": what may use one. */
  readonly user: string;
  readonly name: string;
  /** Those that carry the name. */
  readonly found: readonly T[];
  addressOf(each: T): string;
  /** What it has to call; undefined where it is to be deleted. */
  readonly url: string | undefined;
}

/** The only one that carries a name, undefined for none, or the sentence that says why nothing can be done. */
export function onlyOne<T extends Named>(
  { kind, user, name, found, addressOf, url }: Comparison<T>,
  { takeOver }: ApplyOptions,
): T | string | undefined {
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const address = addressOf(first);
  if (others.length > 0) {
    const each = found.map((one) => `${one.id} (${addressOf(one)})`).join(" and ");
    return `${found.length} ${kind} have the name ${name}: ${each}. Delete those that no ${user} calls, and repeat the command.`;
  }
  if (url === undefined || takeOver || isSameOrigin(address, url)) return first;
  return `${name} calls ${address}, which is not this deployment: another one may have made it. --take-over makes it call ${url}.`;
}

/** Why a place in a flow is not filled. */
export function occupied(place: string, name: string): string {
  return `The flow calls ${name} at ${place}, which this gate did not set up. --take-over puts this gate in its place.`;
}

/** Whether two addresses have one origin, however they are written. */
export function isSameOrigin(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin;
}
