import type { Request } from "@middy/core";
import type { personHash } from "../../adapters/aws/person-key";
import type { RuleTime } from "../../adapters/report";
import type { StepWorld } from "../../adapters/world";
import type { replyFor } from "../../engine/messages/index";
import type { Dialect, GatewayCall, Parsed } from "../../engine/protocols/dialect";
import type { Decision } from "../../engine/sign-up/decision";
import type { LastRule } from "../../engine/sign-up/last-rule";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";
import type { FirstToken, Ports } from "../../engine/sign-up/ports";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { RecordKey } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import type { ColdCalls } from "../cold-calls";

/** Requirements of a step that can stop somebody. */
export interface DecidingParts {
  /** The gate's last rule. Absent if every gate is open. @param gate undefined for the default gate */
  readonly lastRule?: (gate: string | undefined) => LastRule;
  /** Returns the step's answer in the person's language. */
  readonly replyFor: typeof replyFor;
}

/** `DecidingParts` as an argument: required for each step that can stop somebody. */
export type DecidingArguments<S extends Step> = [S] extends ["before-sending-token"] ? [] : [decidingParts: DecidingParts];

/** Parts of a step's function, except its world. */
export interface StepDefinition<Event> {
  readonly dialect: Dialect<Event>;
  readonly policy: Policy;
  readonly decidingParts: DecidingParts | undefined;
  /** Stores the account that gets its first token. Absent if the step stores no accounts. */
  readonly arrival?: ((arrived: FirstToken) => Promise<void>) | undefined;
}

/** Parts of a step, with settings that all its calls share. */
export interface ServedStep<Event> extends Omit<StepDefinition<Event>, "decidingParts"> {
  readonly world: StepWorld;
  readonly gate: string | undefined;
  /** Absent at the step that stops nobody, and if every gate is open. */
  readonly lastRule: LastRule | undefined;
  readonly replyFor: DecidingParts["replyFor"];
  readonly hashes: ReturnType<typeof personHash>;
  /** Reads a secret of the rules by its name in the policy. */
  readonly secret: Ports["secret"];
  readonly policyVersion: string;
  readonly coldCalls: ColdCalls;
}

/** A middleware of a step. Each adds to the call what later middlewares and the handler need. */
export interface StepMiddleware<Call> {
  before?(request: StepRequest<Call>): Promise<void> | void;
  after?(request: StepRequest<Call>): Promise<void> | void;
  onError?(request: StepRequest<Call>): Promise<void> | void;
}

/** A call on its way through the middlewares. Its response is the handler's decision, then the answer. */
type StepRequest<Call> = Request<Call, unknown, unknown>;

// The types of a call, in the order of the middlewares that add to it.

export interface ArrivedCall<Event> {
  readonly event: Event;
}

/** A call with its gateway and its times. */
export interface TimedCall<Event> extends ArrivedCall<Event> {
  readonly gateway: GatewayCall;
  readonly now: Date;
  /** The time at which the answer is due, in epoch milliseconds. */
  readonly due: number;
  /**
   * Milliseconds for which the call waited while Lambda started a new environment of this function, or else of the authorizer. Undefined if
   * the call did not wait for an environment.
   */
  readonly coldMs: number | undefined;
  /** The list to which the duration of each rule is added. Absent if nobody wants these times. */
  readonly ruleTimes: RuleTime[] | undefined;
}

/** A call after the key of people's hashes was read, or could not be read. */
export interface KeyedCall<Event> extends TimedCall<Event> {
  readonly hashed: LoadedHashes;
}

/** The hashes of people; not ok if their key could not be read in time. */
export type LoadedHashes = { readonly ok: true; readonly hashes: PersonHashes } | { readonly ok: false; readonly error: unknown };

/** A call with its parsed request, or the reason why it cannot be parsed. */
export interface ParsedCall<Event = unknown> extends KeyedCall<Event> {
  readonly parsed: Parsed;
}

/** Keys under which the decision on an earlier, identical call may be stored. */
export interface ReplayKeys {
  /** Possible ids of the call's decision. The first id is the call's own. */
  readonly ids: readonly [string, ...string[]];
  readonly replayLookup: readonly RecordKey[];
}

/** A decision, with the calls to outside systems that were made for it. */
export interface DecidedCall {
  readonly ids: ReplayKeys["ids"];
  readonly decision: Decision;
  readonly calls: NonNullable<DecisionRecord["calls"]>;
}
