import type { HashOf } from "../sign-up/person";
import type { BeginSearch } from "../sign-up/ports";
import type { DecisionRecord } from "../sign-up/record";
import type { Attributes, DialectName, SignUp, Step } from "../sign-up/sign-up";
import type { Write } from "../sign-up/verdict";

export interface GatewayCall {
  readonly request: WireRequest;
  /** The time when the gateway received the call, in epoch milliseconds. */
  readonly arrivedAt: number | undefined;
  readonly id: string | undefined;
  /** Milliseconds that the call waited for a new environment of the authorizer; absent if it waited for none. */
  readonly authorizerColdMs?: number;
}

export interface WireRequest {
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface WireResponse {
  readonly status: number;
  readonly body: string;
}

export interface SentEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** The caller: Entra, an application for test calls, or a refused caller with the reason. */
export type CallerCheck = "entra" | "test-caller" | { readonly refused: object };

/** Why a call gives no sign-up. "request.step": the call belongs to another route. "request.tenant": the call belongs to another tenant. */
export type ParseReason = "request.unreadable" | "request.email" | "request.step" | "request.tenant";

/** `locales` is empty if the languages cannot be read. */
export type Parsed =
  | { readonly ok: true; readonly received: SignUp }
  | { readonly ok: false; readonly reason: ParseReason; readonly source: DialectName; readonly locales: readonly string[] };

/** An answer with its texts. The dialect of the call renders it. */
export type Reply =
  | { readonly kind: "continue"; readonly attributes: Attributes }
  | { readonly kind: "block"; readonly title: string; readonly message: string }
  | {
      readonly kind: "invalid";
      /** The whole message in one text. */
      readonly message: string;
      /** The sentence above a form that shows problems at their fields. */
      readonly summary: string;
      /** The sentence with the reference code, by which an operator finds the reason. */
      readonly reference: string;
      /** `message` is for the attribute's field. `named` has the attribute's name, for a form without this field. */
      readonly problems: readonly { readonly attribute?: string; readonly message: string; readonly named: string }[];
    };

export interface Carried {
  readonly attributes: Attributes;
  /** Short names of attributes that the dialect cannot send. */
  readonly notCollected: readonly string[];
}

/** One of Entra's dialects: the form of Entra's calls and of the answers. Everything specific to Entra is in a dialect. */
export interface Dialect<Event = never> {
  readonly name: DialectName;
  /** The longest time that the dialect's caller waits, in milliseconds. */
  readonly longestMs?: number;
  call(event: Event): GatewayCall;
  /** Says who made a call. Absent if the gateway lets in no callers except Entra. */
  caller?(event: Event): CallerCheck;
  /** @param listAttributes short names of attributes that hold lists of texts, if the tenant's attributes are known */
  parse(request: WireRequest, step: Step, listAttributes?: readonly string[]): Parsed;
  /** Returns the attributes as the dialect sends them. Throws if a value cannot be sent in any form. */
  carry(attributes: Attributes, received: SignUp): Carried;
  /** @param received the sign-up that the reply answers; absent if the call could not be read */
  render(reply: Reply, step: Step, received?: SignUp): WireResponse;
  /** Begins the search for the person of a sign-up. Absent if every call of the dialect names its person. */
  readonly beginSearch?: BeginSearch;
  /**
   * Returns a row to store about a person who goes on, for a later call of Entra's. Undefined if there is none.
   * @param record the decision's record, absent if the decision is not stored
   */
  kept?(signUp: SignUp, attributes: Attributes, hashOf: HashOf, now: Date, record?: DecisionRecord): Write | undefined;
}
