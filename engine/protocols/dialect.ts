import type { HashOf } from "../sign-up/person";
import type { BeginSearch } from "../sign-up/ports";
import type { DecisionRecord } from "../sign-up/record";
import type { Attributes, DialectName, SignUp, Step } from "../sign-up/sign-up";
import type { Write } from "../sign-up/verdict";

/** A call as a gateway hands it over. */
export interface GatewayCall {
  readonly request: WireRequest;
  /** When the gateway took it, in epoch milliseconds. */
  readonly arrivedAt: number | undefined;
  /** The gateway's own id of it. */
  readonly id: string | undefined;
  /** Milliseconds that it waited for a new environment of the authorizer; absent if for none. */
  readonly authorizerColdMs?: number;
}

/** An HTTP request as far as a dialect looks at it. */
export interface WireRequest {
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface WireResponse {
  readonly status: number;
  readonly body: string;
}

/** The request in a gateway's event. */
export interface SentEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** The caller: Entra, an application for test calls, or a refused one with the reason. */
export type CallerCheck = "entra" | "test-caller" | { readonly refused: object };

/** Why there is no sign-up. "request.step": the call belongs to another route; "request.tenant": to another tenant. */
export type ParseReason = "request.unreadable" | "request.email" | "request.step" | "request.tenant";

/** A sign-up, or why there is none; the languages are read as far as they can be. */
export type Parsed =
  | { readonly ok: true; readonly received: SignUp }
  | { readonly ok: false; readonly reason: ParseReason; readonly source: DialectName; readonly locales: readonly string[] };

/** The answer in words, before its dialect renders it. */
export type Reply =
  | { readonly kind: "continue"; readonly attributes: Attributes }
  | { readonly kind: "block"; readonly title: string; readonly message: string }
  | {
      readonly kind: "invalid";
      /** All of it in one text. */
      readonly message: string;
      /** The sentence above a form that shows problems at their fields. */
      readonly summary: string;
      /** The code for an operator, as the person reads it. */
      readonly reference: string;
      /** Each as its field shows it, and as it reads where the form has no such field: with the attribute's name. */
      readonly problems: readonly { readonly attribute?: string; readonly message: string; readonly named: string }[];
    };

/** The part of an answer's attributes that a dialect can say. */
export interface Carried {
  readonly attributes: Attributes;
  /** Short names of those that it cannot say. */
  readonly notCollected: readonly string[];
}

/** One of Entra's dialects: how its calls come in, and how it writes. All that is Entra-shaped lives behind it. */
export interface Dialect<Event = never> {
  readonly name: DialectName;
  /** The longest that its caller waits, in milliseconds. */
  readonly longestMs?: number;
  call(event: Event): GatewayCall;
  /** Absent if the gateway lets in no other callers. */
  caller?(event: Event): CallerCheck;
  /** @param listAttributes short names of those that hold lists of texts, where the tenant's attributes are known */
  parse(request: WireRequest, step: Step, listAttributes?: readonly string[]): Parsed;
  /** Throws where a value fits the dialect in no form. */
  carry(attributes: Attributes, received: SignUp): Carried;
  /** @param received what is answered; absent where the call could not be read */
  render(reply: Reply, step: Step, received?: SignUp): WireResponse;
  /** Absent if calls say themselves whose they are. */
  readonly beginSearch?: BeginSearch;
  /** Returns what to keep of somebody who goes on, for a later call; undefined for nothing. @param record absent where none is kept */
  kept?(signUp: SignUp, attributes: Attributes, hashOf: HashOf, now: Date, record?: DecisionRecord): Write | undefined;
}
