import { type Finding, formatList } from "../../../cli/graph/access";

/** A change to make in a tenant, as `--json` prints it. */
export interface Change {
  readonly action: string;
  readonly why: string;
}

/** A kind of change: its calls and its text. */
export interface Action<Setup, Fields> {
  /**
   * @param madeIds ids of the objects that earlier changes of the plan created, by name. If the method creates an object, it adds the
   * object's id.
   * @returns an additional text, printed once
   */
  make(setup: Setup, change: Fields, madeIds: Map<string, string>): Promise<unknown>;
  /** The text that names the changed object. @default the `name` of the change */
  readonly object?: (change: Fields) => string;
  /** The finding of `entra check` that the change fixes. @default object and reason */
  readonly finding?: (change: Fields & { readonly why: string }) => string;
  /**
   * True if the change belongs to one flow. Any other change belongs to all flows of the gate: once it is made for one flow, it is made for
   * all.
   */
  readonly isOfFlow?: true;
  /** True if the change has to wait until every flow of the run calls its gate. */
  readonly isAfterAll?: true;
}

/** The actions for one kind of tenant, by name, in the order in which they must be done. */
type Actions<Setup> = Readonly<Record<string, Action<Setup, never>>>;

/** The changes that a table of actions describes. */
export type ChangeOf<Table extends Actions<never>> = {
  [Name in keyof Table]: { readonly action: Name; readonly why: string } & Parameters<Table[Name]["make"]>[1];
}[keyof Table];

/** Makes and describes the changes of a table of actions. */
export interface ChangeKinds {
  /** @returns an additional text, printed once */
  make(change: Change, madeIds: Map<string, string>): Promise<string | undefined>;
  objectOf(change: Change): string;
  findingOf(change: Change): string;
  isShared(change: Change): boolean;
  isAfterAll(change: Change): boolean;
}

export function changeKinds<Setup>(actions: Actions<Setup>, setup: Setup): ChangeKinds {
  const getAction = ({ action }: Change) => actions[action] as Action<Setup, Change>;
  const getObjectName = (change: Change) => getAction(change).object?.(change) ?? (change as Change & { readonly name: string }).name;
  return {
    objectOf: getObjectName,
    findingOf: (change) => getAction(change).finding?.(change) ?? `${getObjectName(change)}: ${change.why}`,
    isShared: (change) => getAction(change).isOfFlow !== true,
    isAfterAll: (change) => getAction(change).isAfterAll === true,
    async make(change, madeIds) {
      const madeResult = await getAction(change).make(setup, change, madeIds);
      return typeof madeResult === "string" ? madeResult : undefined;
    },
  };
}

/** Changes to make in a tenant. */
export interface Plan<C extends Change = Change> {
  /** In the order in which they are made. */
  readonly changes: readonly C[];
  /** Sentences that say what prevents the changes, with the remedy. */
  readonly obstacles: readonly string[];
  /** Steps that only a person can take. */
  readonly byHand: readonly string[];
  readonly notes: readonly string[];
}

export interface ApplyOptions {
  /** True if objects that somebody else set up may be changed. */
  readonly takeOver?: boolean;
  /** True to set user name and password in existing connectors too. */
  readonly credentials?: boolean;
  /** True to give admin consent too. */
  readonly grantConsent?: boolean;
  /** Names of all flows of the tenant that the same run connects to a gate. */
  readonly alongside?: readonly string[];
}

export interface RemovalOptions {
  /** True to stop collecting attributes that the policy sets. */
  readonly attributes?: boolean;
  /** Names of the tenant's flows that the same run disconnects from the same gate. */
  readonly alongside?: readonly string[];
}

/** A flow and the gate that judges it, in a tenant of any kind. Without `flow`, the applications with which the functions sign in. */
export interface EntraTenant extends ChangeKinds {
  /** The flow, as the command or entra.ts names it. Absent for the functions' applications. */
  readonly flow?: string;
  /** The gate that judges the flow; absent for the gate without a name. */
  readonly gate?: string;
  /** The Entra tenant, if the command or entra.ts names it. */
  readonly tenant?: string;
  /** Reads the tenant and plans what the gate still needs. */
  plan(options: ApplyOptions): Promise<Plan>;
  /** Reads the tenant and plans how to remove the gate from it. */
  removal(options: RemovalOptions): Promise<Plan>;
  /** Returns faults that the plan does not fix, and checks that could not be made. */
  findings(): Promise<readonly Finding[]>;
}

/** Merges several plans. @param actions in the order in which they must be done */
export function mergedPlan<C extends Change>(parts: readonly Partial<Plan<C>>[], actions: object): Plan<C> {
  const changes = parts.flatMap((part) => part.changes ?? []);
  return {
    changes: Object.keys(actions).flatMap((action) => changes.filter((change) => change.action === action)),
    obstacles: parts.flatMap(({ obstacles = [] }) => obstacles),
    byHand: parts.flatMap(({ byHand = [] }) => byHand),
    notes: parts.flatMap(({ notes = [] }) => notes),
  };
}

/** An object that a gate needs in a tenant. Gatehouse chooses its name and finds it by this name. */
interface Named {
  readonly id: string;
  readonly displayName: string;
}

/** Objects with one name, to compare with the object that the gate needs. */
interface Comparison<T extends Named> {
  /** "API connectors" */
  readonly kind: string;
  /** The user of such an object, with the verb: "user flow calls". */
  readonly use: string;
  readonly name: string;
  /** The path of such objects in Graph: "/identity/apiConnectors". */
  readonly path: string;
  /**
   * For each object, by its id, the names of what uses the object. Undefined if Graph does not show all uses. Needed only if several
   * objects have the name.
   */
  readonly users?: ReadonlyMap<string, readonly string[]> | undefined;
  /** The objects with this name. */
  readonly found: readonly T[];
  addressOf(each: T): string;
  /** The object's required address; undefined if the object is to be deleted. */
  readonly url: string | undefined;
}

/**
 * Returns the only object with the name; undefined if there is none. Returns a sentence if several objects have the name, or if the object
 * calls another deployment and `takeOver` is not set.
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
 * Tells which one to keep of several objects with one name, and what uses each object. The objects look alike in the admin center. If
 * somebody deletes the object in use, sign-ups stop.
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

/** Explains why the flow still calls something that the gate did not set up. */
export function describeOccupied(place: string, name: string): string {
  return `The flow calls ${name} at ${place}, which this gate did not set up. --take-over puts this gate in its place.`;
}

/** Returns true if two addresses have the same origin. Compares the addresses in their normalised form. */
export function isSameOrigin(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin;
}
