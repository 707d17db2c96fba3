import type { Replacements } from "../option-schema";
import { formatShort, REFERRED } from "./checks";
import type { HashOf } from "./person";
import { type AnyRule, assertKnown, type Context, makeRule, type RecordKey, type Rule, type Use } from "./rule";
import { assertCurrentWords } from "./rule-options";
import type { Callable } from "./service";
import type { DecidingStep, SignUp, Step } from "./sign-up";
import type { AttributeName, AttributesToSet } from "./tenant-attributes";
import { saysSomething, type Text } from "./text";
import type { AnyVerdict, Block, Continue, Effect, Evidence, Findings, Problem, Write } from "./verdict";

// Rules that a policy's author writes: Gatehouse knows only their declarations.

/** The sign-up goes on: made by `pass`. */
export interface PassAnswer extends PassDetails {
  readonly answer: "pass";
}

/** The sign-up ends: made by `block`. */
export interface BlockAnswer extends BlockDetails {
  readonly answer: "block";
  readonly reason: string;
  readonly message?: Text;
}

/** The person is asked again: made by `ask`. */
export interface AskAnswer {
  readonly answer: "ask";
  readonly texts: Readonly<Record<string, Text>>;
}

/** An approver decides: made by `approval`. */
export interface ApprovalAnswer {
  readonly answer: "approval";
  readonly note?: string;
}

/** An answer of a rule of your own. */
export type RuleAnswer = PassAnswer | BlockAnswer | AskAnswer | ApprovalAnswer;

/** Details of `pass`. */
export interface PassDetails {
  /** Attributes to set, by short name: the rule declares them in `sets`. */
  readonly attributes?: AttributesToSet;
  /** Facts for later rules and the record: `{ score: 3 }`. */
  readonly findings?: Findings;
  /** Facts for operators, in the record alone. */
  readonly evidence?: Evidence;
  /** The failure of a call, if the rule can answer without the call. */
  readonly upstreamFailure?: Continue["upstreamFailure"];
  /** Writes that are made once the answer is final. */
  readonly effects?: readonly RuleEffect[];
}

/** Details of `block`. */
export type BlockDetails = Pick<PassDetails, "evidence" | "upstreamFailure" | "effects">;

/** A write that your own rule wants. Entra may repeat its call: choose a key for which a repetition changes nothing. */
export type RuleEffect = Omit<Effect, "onConflict"> &
  Write & {
    /** If the write's condition does not hold: `block(…)` replaces the rule's answer, `pass()` keeps it. */
    readonly onConflict: PassAnswer | BlockAnswer;
  };

/**
 * An answer of your own rule: the next rule decides.
 *
 * @example
 * defineRule("company", ({ signUp }) => pass({ attributes: { extension_Company: signUp.email.split("@")[1] ?? "" } }), {
 *   sets: ["extension_Company"],
 * })
 */
export function pass(options: PassDetails = {}): PassAnswer {
  return { ...options, answer: "pass" };
}

/**
 * An answer of your own rule: the sign-up ends. Not before a token is sent.
 * @param reason a code for records and the step's `messages`: "office-hours.closed"
 * @param message the person's text, one for everybody or one for each language
 *
 * @example
 * defineRule("no-interns", ({ signUp }) =>
 *   signUp.attributes.jobTitle === "Intern" ? block("no-interns.refused", { en: "Ask your manager.", ko: "관리자에게 문의하세요." }) : pass(),
 * )
 */
export function block(reason: string, message?: Text, options: BlockDetails = {}): BlockAnswer {
  return { ...options, answer: "block", reason, ...(message !== undefined && { message }) };
}

/**
 * An answer of your own rule: the person corrects these fields. Only before the account is created. The reason in records is
 * the rule's name with the attribute's: "team.extension_Team".
 * @param texts the person's texts, by the attribute's short name
 *
 * @example
 * defineRule("team", ({ signUp }) =>
 *   /^[A-Z]{3}$/.test(String(signUp.attributes.extension_Team)) ? pass() : ask({ extension_Team: "Three capital letters, please." }),
 * )
 */
export function ask(texts: { readonly [Name in AttributeName | "email"]?: Text }): AskAnswer {
  return { answer: "ask", texts: texts as AskAnswer["texts"] };
}

/**
 * An answer of your own rule: an approver decides, by a `requestApproval` after the rule. Without one, the person is blocked.
 * Only before the account is created.
 * @param note why, for operators: the record shows it
 *
 * @example
 * beforeCreateUser([
 *   defineRule("region", ({ signUp }) => (signUp.email.endsWith(".kr") ? pass() : approval("outside Korea")), { refers: "people outside Korea" }),
 *   requestApproval({ when: "approval" }),
 * ], { trust: ["mail", "google.com"] })
 */
export function approval(note?: string): ApprovalAnswer {
  return { answer: "approval", ...(note !== undefined && { note }) };
}

/** Input of your own rule: the sign-up, what earlier rules found, the time, services. */
export interface RuleContext<Service extends string = string> extends Context<Service> {
  /** The person: email, identities, attributes, locales. */
  readonly signUp: SignUp;
}

/** Declarations of a rule of your own. Add one where a warning asks for it. */
export interface RuleDeclarations<Uses extends readonly Use[] = readonly Use[]> {
  /**
   * Resources outside the engine: services, secrets, tables. The stack grants nothing else.
   * @default none
   *
   * @example
   * uses: [service("crm", { url: "https://crm.contoso.com", authentication: bearer("crm-token") })]
   */
  readonly uses?: Uses;
  /** Pure. Returns the keys of the rows to read, for `records.get(key)`. Put an address into a key only as its hash, by `hashOf`. */
  readonly needs?: (person: { readonly signUp: SignUp; readonly hashOf: HashOf; readonly now: Date }) => readonly RecordKey[];
  /** Attributes that the rule looks at, by short name; `"*"` for all. No later rule may set one of them. @default any */
  readonly reads?: readonly (AttributeName | "*")[];
  /** Attributes that `ask` names: synth warns if one has no label, and the simulator's form has them. */
  readonly asks?: readonly AttributeName[];
  /** Attributes that the rule sets, by short name. Setting any other attribute blocks the sign-up. @default none */
  readonly sets?: readonly AttributeName[];
  /** Findings of earlier rules that the rule looks at: `["identity"]`. */
  readonly consumes?: readonly string[];
  /**
   * The people whom the rule blocks: "people outside office hours". Without `refuses` or `refers`, the rule does not count as one that
   * decides who gets in.
   */
  readonly refuses?: string;
  /** The people for whom the rule answers `approval`. If set, a `requestApproval` must follow the rule, or the policy does not load. */
  readonly refers?: string;
}

const members = {
  uses: true,
  needs: true,
  reads: true,
  asks: true,
  sets: true,
  consumes: true,
  refuses: true,
  refers: true,
} as const satisfies Record<keyof RuleDeclarations, true>;

type StepOf<Answer extends RuleAnswer> = [Extract<Answer, AskAnswer | ApprovalAnswer>] extends [never]
  ? [Extract<Answer, BlockAnswer>] extends [never]
    ? Step
    : DecidingStep
  : "before-create-user";

/**
 * Makes a rule of your own. Its function answers `pass()`, `block(reason, text)`, `ask({ attribute: text })` or
 * `approval(note)`, and may be async: await every call. If it throws or is late, the sign-up is blocked. See docs/own-rule.md.
 * @param name kebab-case, for records: "office-hours"
 * @param options declarations, where a warning asks for them
 * @throws TypeError for another name, or an option that does not exist
 *
 * @example
 * defineRule("office-hours", ({ now }) => (now.getUTCHours() < 18 ? pass() : block("office-hours.closed", "Closed until 8.")))
 */
export function defineRule<Answer extends RuleAnswer, const Uses extends readonly Use[] = readonly []>(
  name: string,
  decide: (context: RuleContext<Callable<Uses>>) => Answer | Promise<Answer>,
  options: RuleDeclarations<Uses> = {},
): Rule<StepOf<Answer>> {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertOwnRule(name, decide, options);
  const { uses, needs, reads, asks, sets = [], consumes, refuses, refers } = options;
  const declared = refuses ?? refers;
  return makeRule({
    name,
    isOwn: true,
    toVerdict: (answer: unknown) => toVerdict(name, answer as RuleAnswer),
    sets,
    uses,
    needs: needs && ((signUp: SignUp, hashOf: HashOf, now: Date) => needs({ signUp, hashOf, now })),
    reads,
    asks,
    consumes,
    requires: refers === undefined ? undefined : [REFERRED],
    ...(declared === undefined ? { admits: "whoever it passes" } : { admits: `all but ${declared}`, narrows: true }),
    decide: (signUp: SignUp, context: Context) => decide({ ...context, signUp } as RuleContext<Callable<Uses>>) as never,
  } as AnyRule as Rule) as Rule<StepOf<Answer>>;
}

/** Throws TypeError if the value is not an answer, so that nobody passes. */
function toVerdict(rule: string, answer: RuleAnswer): AnyVerdict {
  switch (answer?.answer) {
    case "pass":
    case "block":
      return toFinal(rule, answer);
    case "ask":
      return { kind: "invalid", problems: readProblems(rule, answer) };
    case "approval":
      return { kind: "continue", findings: { [REFERRED]: true }, ...(answer.note !== undefined && { evidence: { note: answer.note } }) };
    default:
      throw new TypeError(`${rule} answered ${toCorrection(rule, answer)}`);
  }
}

function toCorrection(rule: string, answer: unknown): string {
  if (typeof answer === "function") return `the function ${answer.name}: call it, ${answer.name}().`;
  return `${formatShort(answer)}: in every branch, return pass(), block("${rule}.why", "text"), ask({ attribute: "text" }) or approval("why").`;
}

function toFinal(rule: string, { answer, effects, ...rest }: PassAnswer | BlockAnswer): Continue | Block {
  if ("reason" in rest) {
    const { reason, message } = rest;
    if (typeof reason !== "string" || reason === "") throw new TypeError(`${rule} blocks without a reason: block("${rule}.why", "text").`);
    if (message !== undefined) assertText(rule, reason, message);
  }
  if ("findings" in rest && rest.findings !== undefined && REFERRED in rest.findings)
    throw new TypeError(`${rule} leaves the finding ${REFERRED}: to have an approver decide, return approval("why").`);
  const writes = effects?.map((effect) => ({ ...effect, onConflict: toVerdict(rule, effect.onConflict) }));
  return { ...rest, effects: writes, kind: answer === "pass" ? "continue" : "block" } as Continue | Block;
}

function readProblems(rule: string, { texts }: AskAnswer): readonly Problem[] {
  const problems = Object.entries(texts).map(([attribute, message]) => ({ attribute, reason: `${rule}.${attribute}`, message }));
  if (problems.length === 0) throw new TypeError(`${rule} asks for nothing: name an attribute, as in ask({ jobTitle: "text" }).`);
  for (const { attribute, message } of problems) assertText(rule, attribute, message);
  return problems;
}

function assertText(rule: string, what: string, text: Text): void {
  if (!saysSomething(text)) throw new TypeError(`${rule}: the text of ${what} must be a text, or one for each language.`);
}

/** Declarations that only Gatehouse's own rules may have: name -> the line that the author of another rule writes instead. */
const replaced = {
  requires: () => 'refers: "people of unknown regions"',
  admits: () => 'refuses: "people outside office hours"',
  narrows: () => 'refuses: "people outside office hours"',
} as const satisfies Replacements;

function assertOwnRule(name: unknown, decide: unknown, options: RuleDeclarations): void {
  if (typeof name === "object")
    throw new TypeError('defineRule takes a name and a function: defineRule("office-hours", ({ signUp, now }) => pass(), { sets: […] }).');
  if (typeof decide !== "function")
    throw new TypeError(`The rule "${name}" has no function: defineRule("${name}", ({ signUp, now }) => pass()).`);
  assertCurrentWords(`The rule "${name}"`, options, replaced);
  assertKnown(`The rule "${name}"`, options, members);
  for (const option of ["reads", "asks", "sets", "consumes", "uses"] as const)
    if (options[option] !== undefined && !Array.isArray(options[option]))
      throw new TypeError(`The rule "${name}": ${option} is a list, like ${option === "uses" ? '[service("crm", …)]' : '["jobTitle"]'}.`);
  for (const option of ["refuses", "refers"] as const)
    if (options[option] !== undefined && (typeof options[option] !== "string" || options[option].trim() === ""))
      throw new TypeError(`The rule "${name}": ${option} says in words whom, like ${option}: "people outside office hours".`);
}
