import type { Request } from "@middy/core";
import type { personHash } from "../../adapters/aws/person-key";
import type { RuleTime } from "../../adapters/report";
import type { StepWorld } from "../../adapters/world";
import type { replyFor } from "../../engine/messages/index";
import type { Dialect, GatewayCall, Parsed } from "../../engine/protocols/dialect";
import type { Decision } from "../../engine/sign-up/decision";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";
import type { FirstToken, LastRule, Ports } from "../../engine/sign-up/ports";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { RecordKey } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import type { ColdCalls } from "../cold-calls";

export interface DecidingParts {
  /** Absent if every gate is open. @param gate undefined for the default gate */
  readonly lastRule?: (gate: string | undefined) => LastRule;
  readonly replyFor: typeof replyFor;
}

/** Required for each step that can stop somebody. */
export type DecidingArguments<S extends Step> = [S] extends ["before-sending-token"] ? [] : [decidingParts: DecidingParts];

export interface StepDefinition<Event> {
  readonly dialect: Dialect<Event>;
  readonly policy: Policy;
  readonly decidingParts: DecidingParts | undefined;
  /** Stores the account that gets its first token. Absent if the step stores no accounts. */
  readonly arrival?: ((arrived: FirstToken) => Promise<void>) | undefined;
}

export interface ServedStep<Event> extends Omit<StepDefinition<Event>, "decidingParts"> {
  readonly world: StepWorld;
  readonly gate: string | undefined;
  /** Absent at the step that stops nobody, and if every gate is open. */
  readonly lastRule: LastRule | undefined;
  readonly replyFor: DecidingParts["replyFor"];
  readonly hashes: ReturnType<typeof personHash>;
  /** Returns a secret by its name in the policy. */
  readonly secret: Ports["secret"];
  readonly policyVersion: string;
  readonly coldCalls: ColdCalls;
}

export interface StepMiddleware<Call> {
  before?(request: StepRequest<Call>): Promise<void> | void;
  after?(request: StepRequest<Call>): Promise<void> | void;
  onError?(request: StepRequest<Call>): Promise<void> | void;
}

/** middy's request. Its response is first the handler's decision, and later the answer to the caller. */
type StepRequest<Call> = Request<Call, unknown, unknown>;

// The types of a call, in the order of the middlewares that add to it.

export interface ArrivedCall<Event> {
  readonly event: Event;
}

export interface TimedCall<Event> extends ArrivedCall<Event> {
  readonly gateway: GatewayCall;
  readonly now: Date;
  /** Epoch milliseconds. */
  readonly due: number;
  /** Milliseconds of waiting for a new environment of this function, or else of the authorizer. Undefined if there was no wait. */
  readonly coldMs: number | undefined;
  /** Absent if nobody wants these times. */
  readonly ruleTimes: RuleTime[] | undefined;
}

export interface KeyedCall<Event> extends TimedCall<Event> {
  readonly hashed: LoadedHashes;
}

/** The result is not ok if the key of people's hashes could not be read in time. */
export type LoadedHashes = { readonly ok: true; readonly hashes: PersonHashes } | { readonly ok: false; readonly error: unknown };

export interface ParsedCall<Event = unknown> extends KeyedCall<Event> {
  readonly parsed: Parsed;
}

export interface ReplayKeys {
  /** Ids under which the same call may already be recorded. A new record gets the first id. */
  readonly ids: readonly [string, ...string[]];
  readonly replayLookup: readonly RecordKey[];
}

export interface DecidedCall {
  readonly ids: ReplayKeys["ids"];
  readonly decision: Decision;
  readonly calls: NonNullable<DecisionRecord["calls"]>;
}
