import type { HashOf } from "./person";
import type { Callable, Calls, MakeCall } from "./service";
import type { Attributes, DecidingStep, SignUp, Step } from "./sign-up";
import type { Clock, Random } from "./time";
import type { AnyVerdict, Findings, RuleResult, TableName, Verdict, Write } from "./verdict";

/** One row's address. */
export interface RecordKey {
  readonly table: TableName;
  /** The table's key attribute and its value. */
  readonly key: Readonly<Record<string, string>>;
}

/**
 * A row of a table, as it was read: its cells can be anything.
 */
export type Row = Readonly<Record<string, unknown>>;

/** The rows that the rules asked for. */
export interface Records {
  /** The row, or undefined if there is none. Throws for a key that no rule's `needs` named: not read is not absent. */
  get(key: RecordKey): Row | undefined;
}

/** Something of the outside that a rule uses. The stack grants a step's function just what its rules name here. */
export type Use =
  | { readonly table: TableName; readonly access: "read" | "write" }
  /** A secret of its own in Secrets Manager, read through `context.services.secret(name)`. */
  | {
      readonly secret: string;
      /** Members of the JSON object it holds, each with an example: told to whoever fills it in, used by `npm start`. */
      readonly shape?: Readonly<Record<string, string>>;
    }
  /** A system called from `decide`, by name. Such a rule does not run once an earlier rule has found a problem. */
  | {
      readonly service: string;
      /**
       * The longest that one `decide` waits for it, in milliseconds, however slow it is. An external tenant hangs up after
       * 2 s: there, a rule that names none, or too long a one, is refused.
       */
      readonly timeLimitMs?: number;
      /** Where it is, for one that `service` made. */
      readonly url?: string;
      /** Where it is, for one that `http` made. */
      readonly origin?: string;
      /** What its calls use beside it: secrets. */
      readonly needs?: readonly Use[];
      /** Makes a call for `context.services.call`. */
      readonly call?: MakeCall;
    }
  /** Data that the build puts into the step's bundle: a class of the access list. */
  | { readonly data: string }
  /** A worker of ours that acts on what the rule leaves behind. */
  | { readonly worker: Worker };

/** "approvals": tells others of requests, and sees to it that they end in time. "provisioning": makes accounts through Graph. */
export type Worker = "approvals" | "provisioning";

/** In `consumes`: the rule judges by all findings, whatever their names. */
export const EVERY_FINDING = "*";

/** In `sets`: the rule may set any attribute. */
export const ANY_ATTRIBUTE = "*";

/**
 * The finding of a rule that leaves a person to an approver. Only a rule that consumes it by this name counts as one that
 * looks at it: `requestApproval`.
 */
export const REFERRED = "referred";

/** What `decide` may reach beside its arguments. */
export interface Services<Service extends string = string> extends Calls<Service> {
  /** The value of a secret named in the rule's `uses`. @param signal aborted once nobody waits for it */
  secret(name: string, signal?: AbortSignal): Promise<string>;
  /**
   * Rows as they stand now, strongly consistent, by `recordId`; and one conditional write, false if its condition does
   * not hold. For what has to be settled before `decide` can answer, such as a call that costs money. All else belongs
   * in `needs`, which is one read for all rules, and in effects.
   */
  read(keys: readonly RecordKey[], signal: AbortSignal): Promise<ReadonlyMap<string, Row>>;
  write(write: Write, signal: AbortSignal): Promise<boolean>;
  /** The time as it passes; `now` of the context is the request's own, the same for every rule. */
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * What a rule decides by, beside the sign-up.
 */
export interface Context<Service extends string = string> {
  /** The rows that `needs` named. */
  readonly records: Records;
  /** What earlier rules found, by name: `findings.listed === "allow"`. */
  readonly findings: Findings;
  /** The sign-up as it came, before any rule changed it. */
  readonly received: SignUp;
  /** What the rules before said, with the evidence for it. */
  readonly said: readonly RuleResult[];
  /** When the request came: the same for every rule. Use it in place of `new Date()`. */
  readonly now: Date;
  /** Aborts at the deadline: pass it to every call outside. */
  readonly signal: AbortSignal;
  /** Milliseconds until then. */
  remainingMs(): number;
  /** The rule was asked before: it is asked once more about values that other rules have set since. */
  readonly again?: true;
  /** Stands for an address, or another text about a person, in keys: see `needs`. */
  readonly hashOf: HashOf;
  /** Systems outside and secrets, as `uses` declares them: `await services.call("crm", { path: "/partners" })`. */
  readonly services: Services<Service>;
}

/**
 * One rule of a policy. `prepare` of all rules runs first, then what `needs` names is read in one go, then `decide` of
 * each rule in order. Whatever throws or does not answer in time blocks the sign-up.
 *
 * `in S`: a rule for several steps fits each of them, one for before-create-user does not pass for a rule for both sign-up
 * steps. `Rule<Step>` stops nobody, so that it fits before a token is sent too.
 */
export interface Rule<in S extends Step = DecidingStep> {
  /** kebab-case: stands in records, metrics and explanations. */
  readonly name: string;
  /**
   * What the rule reaches outside: services that `context.services.call` may call, secrets, tables. The stack grants the step's
   * function nothing else.
   *
   * @example
   * uses: [service("crm", { url: "https://crm.contoso.com", authentication: bearer("crm-token") })]
   */
  readonly uses?: readonly Use[];
  /** Findings of earlier rules that `decide` looks at; `"*"` for a rule that is given them all. */
  readonly consumes?: readonly string[];
  /** Findings that a later rule has to look at: a policy in which none does is refused. */
  readonly requires?: readonly string[];
  /** Findings that a later rule had better look at: synth warns of a policy in which none does. */
  readonly recommends?: readonly string[];
  /** Short names of attributes that the rule may find a problem with: synth warns of one that has no label. */
  readonly asks?: readonly string[];
  /** Short names of attributes that the rule looks at beside them: synth warns of one that is mistyped. */
  readonly reads?: readonly string[];
  /**
   * Short names of attributes that the rule sets, `"*"` where it cannot tell: where accounts are made through
   * Graph, synth asks for what it takes to name custom ones there.
   */
  readonly sets?: readonly string[];
  /** Reasons that rules of this kind give and this one cannot, by its options: no case has to reach them. */
  readonly neverGives?: readonly string[];
  /** What synth warns of: each the rest of a sentence that begins with the rule's name. */
  readonly warns?: readonly string[];
  /** Pure: attributes to set before anything is read. */
  prepare?(signUp: SignUp): Attributes;
  /**
   * Pure: the rows `decide` will look at. After a rotation of the secret it is asked under each of its two values.
   * @param hashOf keyed by the deployment's secret: put a hash, not an address, into a key that nobody has to read; in
   * `decide` take that of its context
   */
  needs?(signUp: SignUp, hashOf: HashOf): readonly RecordKey[];
  /**
   * The rule's answer: `{ kind: "continue" }`, `{ kind: "block", reason }` or, before the user is created, `{ kind: "invalid",
   * problems }`. It may be async: await every call. Whatever it throws blocks the sign-up.
   * @param signUp the person: email, identities, attributes, locales
   * @param context what the rule may use beside it: rows, findings, the time, services
   */
  decide?(signUp: SignUp, context: Context): Verdict<S> | Promise<Verdict<S>>;
}

/** A rule that calls no service but those it declares. */
interface RuleUsing<in S extends Step, Uses extends readonly Use[]> extends Omit<Rule<S>, "uses" | "decide"> {
  /**
   * What the rule reaches outside: services that `context.services.call` may call, secrets, tables. The stack grants the step's
   * function nothing else.
   *
   * @example
   * uses: [service("crm", { url: "https://crm.contoso.com", authentication: bearer("crm-token") })]
   */
  readonly uses?: Uses;
  /**
   * The rule's answer: `{ kind: "continue" }`, `{ kind: "block", reason }` or, before the user is created, `{ kind: "invalid",
   * problems }`. It may be async: await every call. Whatever it throws blocks the sign-up.
   * @param signUp the person: email, identities, attributes, locales
   * @param context what the rule may use beside it: rows, findings, the time, services
   */
  decide?(signUp: SignUp, context: Context<Callable<Uses>>): Verdict<S> | Promise<Verdict<S>>;
}

/** Any rule, where the step no longer matters. */
export interface AnyRule extends Omit<Rule, "decide"> {
  decide?(signUp: SignUp, context: Context): AnyVerdict | Promise<AnyVerdict>;
}

/** A rule that only reports: see `shadow`. */
export interface ShadowRule {
  readonly shadow: AnyRule;
}

const members = {
  name: true,
  uses: true,
  consumes: true,
  requires: true,
  recommends: true,
  asks: true,
  reads: true,
  sets: true,
  neverGives: true,
  warns: true,
  prepare: true,
  needs: true,
  decide: true,
} as const satisfies Record<keyof AnyRule, true>;

/**
 * A rule of your own. One that can answer "invalid" fits before-create-user alone, one that can answer "block" the two sign-up
 * steps. See docs/policy.md, "Your own rule". Throws TypeError for a name that is not kebab-case.
 *
 * @example
 * defineRule({
 *   name: "office-hours",
 *   decide: (signUp, { now }) =>
 *     now.getUTCHours() < 18 ? { kind: "continue" } : { kind: "block", reason: "office-hours.closed", message: "Closed until 8." },
 * })
 */
export function defineRule<const Uses extends readonly Use[] = readonly []>(rule: RuleUsing<Step, Uses>): Rule<Step>;
export function defineRule<const Uses extends readonly Use[] = readonly []>(rule: RuleUsing<DecidingStep, Uses>): Rule;
export function defineRule<const Uses extends readonly Use[] = readonly []>(
  rule: RuleUsing<"before-create-user", Uses>,
): Rule<"before-create-user">;
export function defineRule(rule: AnyRule): AnyRule {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(rule.name)) {
    throw new TypeError(`A rule's name is kebab-case, like "partner-hours"; "${rule.name}" is not.`);
  }
  // A mistyped `decide` would let everyone pass.
  assertKnown(`The rule "${rule.name}"`, rule, members);
  return rule;
}

/** True for a rule that asks a system outside or reads a secret: after a problem, it would cost time or money for nothing. */
export function callsOutside(rule: Pick<AnyRule, "uses">): boolean {
  return rule.uses?.some((use) => "service" in use || "secret" in use) ?? false;
}

/** The same entry, with a rule that calls outside taken to let everyone pass. */
export function withoutOutside(entry: AnyRule | ShadowRule): AnyRule | ShadowRule {
  const rule = "shadow" in entry ? entry.shadow : entry;
  if (!callsOutside(rule) || rule.decide === undefined) return entry;
  const silent: AnyRule = { ...rule, decide: () => ({ kind: "continue" }) };
  return "shadow" in entry ? { shadow: silent } : silent;
}

/** Names the gateway's contract keeps for itself: no rule may set them. */
const reserved = new Set(["email", "identities", "ui_locales", "version", "action", "status", "userMessage", "code"]);

/** Throws if a rule sets what only Entra may set. */
export function assertSettable(attribute: string): void {
  if (reserved.has(attribute)) throw new TypeError(`"${attribute}" cannot be set by a rule.`);
}

/**
 * Throws TypeError for an option that does not exist. The compiler finds one only where it sees the types: not behind `any`, a
 * spread or JSON, nor in plain JavaScript. A mistyped option would be left out without a word, and `trsut` lets people in.
 *
 * @param names of all options: the compiler compares them with the type
 */
export function assertKnown<Options extends object>(what: string, options: Options, names: Readonly<Record<keyof Options, true>>): void {
  const odd = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (odd !== undefined) throw new TypeError(`${what}: there is no ${JSON.stringify(odd)}. There are ${Object.keys(names).join(", ")}.`);
}
