import { type Finding, formatList } from "../../../cli/graph/access";

/** A change in a tenant, as `--json` prints it. */
export interface Change {
  readonly action: string;
  readonly why: string;
}

export interface Action<Setup, Fields> {
  /**
   * @param madeIds ids of the plan's new objects, by name; a method that creates an object adds its id
   * @returns an additional text, printed once
   */
  make(setup: Setup, change: Fields, madeIds: Map<string, string>): Promise<unknown>;
  /** Names the changed object. @default the `name` of the change */
  readonly object?: (change: Fields) => string;
  /** The finding of `entra check` that the change fixes. @default object and reason */
  readonly finding?: (change: Fields & { readonly why: string }) => string;
  /** True if the change belongs to one flow. Any other change is made once for all flows of the gate. */
  readonly isOfFlow?: true;
  /** True if the change has to wait until every flow of the run calls its gate. */
  readonly isAfterAll?: true;
  /** True if the change has to wait until the tenant shows all other changes of the flow. */
  readonly isAfterReadBack?: true;
}

/** The actions for one kind of tenant, by name, in the order in which they must be done. */
type Actions<Setup> = Readonly<Record<string, Action<Setup, never>>>;

export type ChangeOf<Table extends Actions<never>> = {
  [Name in keyof Table]: { readonly action: Name; readonly why: string } & Parameters<Table[Name]["make"]>[1];
}[keyof Table];

export interface ChangeKinds {
  /** @returns an additional text, printed once */
  make(change: Change, madeIds: Map<string, string>): Promise<string | undefined>;
  objectOf(change: Change): string;
  findingOf(change: Change): string;
  isShared(change: Change): boolean;
  isAfterAll(change: Change): boolean;
  isAfterReadBack(change: Change): boolean;
}

export function changeKinds<Setup>(actions: Actions<Setup>, setup: Setup): ChangeKinds {
  const getAction = ({ action }: Change) => actions[action] as Action<Setup, Change>;
  const getObjectName = (change: Change) => getAction(change).object?.(change) ?? (change as Change & { readonly name: string }).name;
  return {
    objectOf: getObjectName,
    findingOf: (change) => getAction(change).finding?.(change) ?? `${getObjectName(change)}: ${change.why}`,
    isShared: (change) => getAction(change).isOfFlow !== true,
    isAfterAll: (change) => getAction(change).isAfterAll === true,
    isAfterReadBack: (change) => getAction(change).isAfterReadBack === true,
    async make(change, madeIds) {
      const madeResult = await getAction(change).make(setup, change, madeIds);
      return typeof madeResult === "string" ? madeResult : undefined;
    },
  };
}

export interface Plan<C extends Change = Change> {
  /** The changes in the order in which they are made. */
  readonly changes: readonly C[];
  /** Sentences that say what prevents the changes, with the remedy. */
  readonly obstacles: readonly string[];
  /** Steps that only a person can take. */
  readonly byHand: readonly string[];
  readonly notes: readonly string[];
  /** True if nobody signs up by the flow once the changes are made. @default false */
  readonly isClosed?: boolean;
}

export interface ApplyOptions {
  /** True to change objects that somebody else set up. */
  readonly takeOver?: boolean;
  /** True to set user name and password in existing connectors too. */
  readonly credentials?: boolean;
  readonly grantConsent?: boolean;
  /** All flows of the tenant that the same run connects to a gate. */
  readonly alongside?: readonly string[];
}

export interface RemovalOptions {
  /** True to stop collecting attributes that the policy sets. */
  readonly attributes?: boolean;
  /** The tenant's flows that the same run disconnects from the same gate. */
  readonly alongside?: readonly string[];
}

/**
 * A flow and the gate that judges it, in a tenant of any kind. If `flow` is absent, the object stands for the applications with which the
 * functions sign in.
 */
export interface EntraTenant extends ChangeKinds {
  /** The flow as the command or entra.ts names it. Absent for the functions' applications. */
  readonly flow?: string;
  /** Absent for the gate without a name. */
  readonly gate?: string;
  /** The Entra tenant, if the command or entra.ts names it. */
  readonly tenant?: string;
  plan(options: ApplyOptions): Promise<Plan>;
  removal(options: RemovalOptions): Promise<Plan>;
  /** Returns faults that the plan does not fix, and checks that could not be made. */
  findings(): Promise<readonly Finding[]>;
}

/** @param actions in the order in which they must be done */
export function mergedPlan<C extends Change>(parts: readonly Partial<Plan<C>>[], actions: object): Plan<C> {
  const changes = parts.flatMap((part) => part.changes ?? []);
  return {
    changes: Object.keys(actions).flatMap((action) => changes.filter((change) => change.action === action)),
    obstacles: parts.flatMap(({ obstacles = [] }) => obstacles),
    byHand: parts.flatMap(({ byHand = [] }) => byHand),
    notes: parts.flatMap(({ notes = [] }) => notes),
    ...(parts.some(({ isClosed }) => isClosed) && { isClosed: true }),
  };
}

/** Gatehouse chooses the name, and finds the object by it. */
interface Named {
  readonly id: string;
  readonly displayName: string;
}

interface Comparison<T extends Named> {
  /** "API connectors" */
  readonly kind: string;
  /** The object's user, with the verb: "user flow calls". */
  readonly use: string;
  readonly name: string;
  /** The path in Graph of objects of this kind: "/identity/apiConnectors". */
  readonly path: string;
  /** Names of each object's users, by its id. Undefined if Graph does not show all uses. Needed only if several objects have the name. */
  readonly users?: ReadonlyMap<string, readonly string[]> | undefined;
  readonly found: readonly T[];
  addressOf(each: T): string;
  /** The new address. Undefined if the object is to be deleted. */
  readonly url: string | undefined;
}

/**
 * Returns the only object with the name, or undefined if there is none. Returns a sentence if several objects have the name, or if the
 * object calls another deployment and `takeOver` is not set.
 */
export function onlyOne<T extends Named>(comparison: Comparison<T>, { takeOver }: ApplyOptions): T | string | undefined {
  const { name, found, addressOf, url } = comparison;
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const address = addressOf(first);
  if (others.length > 0) return twinWords(comparison);
  if (url === undefined || takeOver || isSameOrigin(address, url)) return first;
  return `${name} calls ${address}, which is not this deployment: another one may have made it. --take-over makes it call ${url}.`;
}

/**
 * Tells which of several objects with one name to keep. The admin center shows them alike, and sign-ups stop if somebody deletes the object
 * in use.
 */
function twinWords<T extends Named>({ kind, use, name, path, found, addressOf, users }: Comparison<T>): string {
  const each = found.map((one) => `${one.id} (${addressOf(one)})`).join(" and ");
  const head = `${found.length} ${kind} have the name ${name}: ${each}.`;
  if (users === undefined) return `${head} Delete those that no ${use}, and repeat the command.`;
  const names = ({ id }: Named) => users.get(id) ?? [];
  const usedTwins = found.filter((one) => names(one).length > 0);
  const deletion = (ones: readonly Named[]) => ones.map(({ id }) => `DELETE ${path}/${id}`).join(", ");
  const [kept = found[0] as T, ...rivals] = usedTwins;
  if (rivals.length > 0) {
    const pairs = usedTwins.map((one) => `${one.id} by ${formatList(names(one))}`).join("; ");
    return `${head} Several are used: ${pairs}. Let all use one of them, delete the others, and repeat the command.`;
  }
  const why =
    usedTwins.length === 0 ? `No ${use} any: keep one, such as ${kept.id}` : `Keep ${kept.id}, which ${formatList(names(kept))} uses`;
  const surplus = found.filter((one) => one !== kept);
  return `${head} ${why}, and delete the rest by id, since the admin center shows them alike (Graph Explorer: ${deletion(surplus)}). Then repeat the command.`;
}

/** Explanations of Graph's refusals of a change, by status. */
export const meanwhileWords: Readonly<Partial<Record<number, string>>> = {
  404: "Graph has no such object: somebody else may have deleted it meanwhile.",
};

export function describeOccupied(place: string, name: string): string {
  return `The flow calls ${name} at ${place}, which this gate did not set up. --take-over puts this gate in its place.`;
}

export function isSameOrigin(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin;
}
