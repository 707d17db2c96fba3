import { didYouMean } from "../problem-texts";
import type { HashOf } from "./person";
import type { Calls, MakeCall } from "./service";
import type { Attributes, DecidingStep, SignUp, Step, Trust } from "./sign-up";
import type { Text } from "./text";
import type { Clock, Random, Timeout } from "./time";
import type { AnyVerdict, Findings, RuleResult, TableName, Verdict, Write } from "./verdict";

/** The table and the key of one row. */
export interface RecordKey {
  readonly table: TableName;
  /** The key attribute's name and value. */
  readonly key: Readonly<Record<string, string>>;
  /** If DynamoDB is too busy, the rule gets a row for which `isUnread` is true, and the sign-up is not blocked. */
  readonly mayStayUnread?: true;
}

/** A row of a table; a cell can hold anything. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows that the rules asked for. */
export interface Records {
  /**
   * Returns a row that exists and has not ended. If `expiresAt` cannot be read, returns only a deny or an approval. Throws for a key that
   * no `needs` named.
   */
  get(key: RecordKey): Row | undefined;
}

/** A resource outside the engine. The stack grants a step's function exactly the resources that its rules name. */
export type Use =
  | {
      readonly table: TableName;
      readonly access: "read" | "write";
      /** Prefixes of the keys that the rule may write. Only "write" has them. @default any row of the table */
      readonly under?: readonly string[];
    }
  /** The rule's own secret in Secrets Manager, read by `context.services.secret(name)`. */
  | {
      readonly secret: string;
      /** The members of the secret's JSON object, each with an example. */
      readonly shape?: Readonly<Record<string, string>>;
      /** True if the secret is for Microsoft Graph. If a role of the stack signs in to Graph, the secret needs no `clientSecret`. */
      readonly opensGraph?: boolean;
    }
  /** A system that `decide` calls by name: see `service`. */
  | {
      readonly service: string;
      /** The longest time that one run of `decide` waits for the system: `"800ms"`. Required for an external tenant. */
      readonly timeout?: Timeout;
      /** The system's address, if `service` made this resource. */
      readonly url?: string;
      /** The system's address, if `http` made this resource. */
      readonly origin?: string;
      /** Other resources that calls of the system use: secrets. */
      readonly needs?: readonly Use[];
      /** Makes the calls of `context.services.call`. */
      readonly call?: MakeCall;
    }
  | OwnUse;

type OwnUse =
  /** A claim that only some callers send: synth refuses the rule at a gate where no caller sends it. */
  | { readonly needsClaim: "ipAddress" }
  /** The short name of an attribute whose value must not be stored: a policy that names it in `eventAttributes` does not load. */
  | { readonly unrecorded: string }
  /** A public suffix that the rule names. The step's bundle contains only the suffixes that its rules name, not the full list. */
  | { readonly suffix: string }
  /** Data that the build puts into the step's bundle: a class of the access list, the public suffixes. */
  | { readonly data: string }
  /** Files of the policy folder, read when a policy loads and when a step is built. */
  | {
      /** The feature's name for the files. */
      readonly files: string;
      readonly settings: unknown;
      /** Called once the files are read. @param hashes SHA-256 in hexadecimal, by file */
      hashed?(hashes: Readonly<Record<string, string>>): void;
    }
  /** A worker that the feature deploys for this rule, its settings, and the outside system that it calls, if `npm start` has one. */
  | { readonly worker: string; readonly settings?: unknown; readonly calls?: string };

/** Everything that `decide` may use outside the engine. */
export interface Services<Service extends string = string> extends Calls<Service> {
  /**
   * The value of a secret that `uses` names.
   * @param signal aborted once nobody waits for it
   * @param refused the value that the other side refused: it is read again unless that was done within five seconds
   */
  secret(name: string, signal?: AbortSignal, refused?: string): Promise<string>;
  /** Reads rows now, strongly consistent. Returns them by `recordId`. Prefer `needs`: one read serves all rules. */
  read(keys: readonly RecordKey[], signal: AbortSignal): Promise<ReadonlyMap<string, Row>>;
  /** Makes one conditional write now. Returns false if the write's condition does not hold. Prefer `effects`. */
  write(write: Write, signal: AbortSignal): Promise<boolean>;
  /** The running clock. The context's `now` stays the same. */
  readonly clock: Clock;
  readonly random: Random;
}

/** Input of a predicate: the sign-up, and the findings of earlier rules. */
export interface Situation {
  readonly signUp: SignUp;
  readonly findings: Findings;
}

/** Input of a rule's `decide` besides the sign-up. */
export interface Context<Service extends string = string> {
  readonly records: Records;
  /** Findings of earlier rules. */
  readonly findings: Findings;
  /** The sign-up before any rule changed it. */
  readonly received: SignUp;
  /** Results of earlier rules, with their evidence. */
  readonly said: readonly RuleResult[];
  /** The time of the request. Use it in place of `new Date()`. */
  readonly now: Date;
  /** Aborts at the deadline: pass it to every call outside. */
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline. */
  remainingMs(): number;
  /** Hashes a text about a person, for a key: see `needs`. */
  readonly hashOf: HashOf;
  /** Services that `uses` declares: `await services.call("crm", { path: "/partners" })`. */
  readonly services: Services<Service>;
}

export type RestoreContext = Pick<Context, "records" | "received" | "now" | "hashOf">;

/**
 * One rule of a policy. First, `prepare` of every rule runs. Then the rows of all `needs` are read at once. Then each `decide` runs, in
 * order. A rule of the type `Rule<Step>` fits every step, but cannot stop anybody, because before-sending-token stops nobody.
 */
export interface Rule<in S extends Step = DecidingStep> {
  /** kebab-case. */
  readonly name: string;
  /**
   * Resources of the rule outside the engine: services, secrets, tables. The stack grants nothing else.
   *
   * @example
   * uses: [service("crm", { url: "https://crm.contoso.com", authentication: bearer("crm-token") })]
   */
  readonly uses?: readonly Use[];
  /** Findings of earlier rules that `decide` looks at; `"*"` for all. */
  readonly consumes?: readonly string[];
  /**
   * Findings that a later rule must look at: otherwise the policy throws. Contains `"referred"` if the rule refers people, unless it has
   * `decideWithoutApproval`.
   */
  readonly requires?: readonly string[];
  /** Findings that a later rule should look at; otherwise synth warns. */
  readonly recommends?: readonly string[];
  /** True for a rule of `defineRule`, which sets it: only the author knows what the rule does. */
  readonly isOwn?: true;
  /** Translates the answer of `decide` into the engine's form. Only for rules with `isOwn`. */
  toVerdict?(answer: unknown): AnyVerdict;
  /** True if no `requestApproval` follows: an answer `approval` then fails. */
  readonly isLastToRefer?: true;
  /** Attributes, by short name, that may have problems: synth warns if one has no label. */
  readonly asks?: readonly string[];
  /** Labels of these attributes, in Gatehouse's languages. The policy's own labels win. */
  readonly labels?: Readonly<Record<string, Text>>;
  /** Other attributes that the rule reads; `"*"` for any. No later rule may set one of them, or one of `asks`. @default any */
  readonly reads?: readonly string[];
  /** Attributes that `decide` sets; `"*"` if the rule cannot know them. Setting any other attribute blocks the sign-up. @default none */
  readonly sets?: readonly string[];
  /** Attributes that the person types, and whose form `decide` may change. */
  readonly reshapes?: readonly string[];
  /**
   * The list of ReferenceData that the rule reads, and each attribute's column. Imports and the console report missing or too long cells,
   * values with a space if `withoutSpaces` says that the rule removes spaces from what people type, and values in mixed case or that differ
   * only by case unless `exactCase` says that case counts.
   */
  readonly columns?: {
    readonly list: string;
    readonly of: Readonly<Record<string, string>>;
    readonly withoutSpaces?: true;
    readonly exactCase?: true;
  };
  /** Reasons that the rule never gives with its options: no case has to reach them. */
  readonly excludedReasons?: readonly string[];
  /** Describes the strangers that the rule lets go on, such as "people that no entry denies". See docs/policy.md. */
  readonly admits?: string;
  /**
   * True if only some of the strangers in `admits` may sign up, such as those of one domain, or a limited number. A limit on what people
   * type does not count.
   */
  readonly narrows?: boolean;
  /** True if the rule decides by people's addresses: the step must then set `trust`. */
  readonly byAddress?: boolean;
  /** True if the rule decides by entries, which may have people wait for an approver. */
  readonly byEntries?: boolean;
  /** True if accounts are made for people whom the rule stops. No later rule judges these people. */
  readonly createsAccounts?: boolean;
  /** Identity providers that the rule trusts to confirm an address. They only narrow the step's `trust`. */
  readonly trust?: readonly string[];
  /** The rule's name in the usage table. A policy throws if two of its rules have the same. */
  readonly counts?: string;
  /** Warnings for synth, which puts the rule's name before each. */
  readonly warns?: readonly string[];
  /** Pure: attributes to set before anything is read. */
  prepare?(signUp: SignUp): Attributes;
  /**
   * Pure: the keys of the rows that `decide` reads. Runs with each hash key.
   * @param hashOf gives a hash for an address in a key; in `decide`, take `hashOf` of the context
   */
  needs?(signUp: SignUp, hashOf: HashOf, now: Date): readonly RecordKey[];
  /** Pure: takes attributes from the rows that were read, and returns them to be set. No rule can change these attributes. */
  restore?(signUp: SignUp, context: RestoreContext): Attributes;
  /**
   * The rule's answer. It may be async: await every call. If it throws or is late, the sign-up is blocked.
   * @param signUp the person: email, identities, attributes, locales
   * @param context rows, findings, the time, services
   */
  decide?(signUp: SignUp, context: Context): Verdict<S> | Promise<Verdict<S>>;
  /**
   * Replaces `decide` if nobody would be asked for approval: before the account is created, no later rule decides on referred people; after
   * sign-in, the next step makes nobody wait. Rules with this function need no `requires: ["referred"]` to refer people.
   */
  decideWithoutApproval?(signUp: SignUp, context: Context): Verdict<S> | Promise<Verdict<S>>;
}

export interface AnyRule extends Omit<Rule, "decide" | "decideWithoutApproval"> {
  decide?(signUp: SignUp, context: Context): AnyVerdict | Promise<AnyVerdict>;
  decideWithoutApproval?(signUp: SignUp, context: Context): AnyVerdict | Promise<AnyVerdict>;
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
  isOwn: true,
  toVerdict: true,
  isLastToRefer: true,
  asks: true,
  labels: true,
  reads: true,
  sets: true,
  reshapes: true,
  columns: true,
  excludedReasons: true,
  admits: true,
  narrows: true,
  byAddress: true,
  byEntries: true,
  createsAccounts: true,
  trust: true,
  counts: true,
  warns: true,
  prepare: true,
  needs: true,
  restore: true,
  decide: true,
  decideWithoutApproval: true,
} as const satisfies Record<keyof AnyRule, true>;

/** Throws TypeError if the name is not kebab-case, or a member does not exist. */
export function makeRule(rule: Rule<Step>): Rule<Step>;
export function makeRule(rule: Rule): Rule;
export function makeRule(rule: Rule<"before-create-user">): Rule<"before-create-user">;
export function makeRule(rule: AnyRule): AnyRule {
  if (!isKebabCase(rule.name)) {
    throw new TypeError(`A rule's name is kebab-case, like "partner-hours"; "${rule.name}" is not.`);
  }
  // A mistyped `decide` would let everyone pass.
  assertKnown(`The rule "${rule.name}"`, rule, members);
  return { ...rule, [MADE]: true } as AnyRule;
}

/** Without the mark, an object that only looks like a rule would count as one that decides who gets in. */
const MADE = Symbol.for("entra-gatehouse: made by makeRule");

export function isMade(rule: object): boolean {
  return MADE in rule;
}

export function isKebabCase(name: unknown): boolean {
  return typeof name === "string" && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);
}

/** Throws TypeError unless `said` is true or false, because a promise would count as true, and let everybody in. */
export function trueOrFalse(said: unknown, option: string): boolean {
  if (typeof said !== "boolean")
    throw new TypeError(
      `${option} must return true or false; it returned ${said instanceof Promise ? "a promise: take out async" : JSON.stringify(said)}.`,
    );
  return said;
}

/**
 * Throws TypeError for an unknown option: with `trsut`, a rule would let in the wrong people. The compiler misses such names in plain
 * JavaScript, and behind `any`, a spread or JSON.
 * @param names all options; the compiler compares them with the type
 */
export function assertKnown<Options extends object>(what: string, options: Options, names: Readonly<Record<keyof Options, unknown>>): void {
  if (typeof options !== "object" || options === null)
    throw new TypeError(`${what} takes options, like { ${Object.keys(names)[0]}: … }, not ${JSON.stringify(options)}.`);
  const known = Object.keys(names);
  const odd = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (odd !== undefined)
    throw new TypeError(`${what} has no option ${JSON.stringify(odd)}: write one of ${known.join(", ")}.${didYouMean(odd, known)}`);
}

/** A rule of one step, made by `admit`. It stands in a list of entries that both steps of a sign-up share. */
export interface SharedRule<S extends DecidingStep = DecidingStep> {
  /** The only step whose policy accepts the rule. */
  readonly step: S;
  readonly rule: Rule<S>;
  /** The option `trust` of `admit`. The rule's step gets it as its own `trust`. */
  readonly trust?: Trust;
  /** True if the rule ends the policy, whatever is written after it. */
  readonly isLast?: true;
}

/** A shared rule of either step. */
export type AnyShared = { readonly [S in DecidingStep]: SharedRule<S> }[DecidingStep];

export type PolicyEntry = AnyRule | ShadowRule | AnyShared;
