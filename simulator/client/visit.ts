import type { Step } from "../../engine/sign-up/sign-up";
import { claimsIn, readAnswer } from "../contract/answer";
import { type Attribute, type ClaimValue, shortName, type Values } from "../contract/attributes";
import { type Breach, breachesOf, breachOf, connectionRules } from "../contract/contract";
import { type Attempt, ENTRA_TIMEOUT_MS, type HttpCall, sendCall } from "./call";
import type { Person } from "./person";
import { type RequestClaims, requestClaims } from "./request";

/** An API connector as an administrator sets it up, one URL a step. */
export interface Connector {
  url(step: Step): string;
  readonly username: string;
  readonly password: string;
  readonly timeoutMs?: number;
}

/** What the person gets to see. `error` is Entra's own page, after which there is no account. */
export type EntraPage =
  | { readonly kind: "continue"; readonly claims: Values }
  | { readonly kind: "block" | "invalid"; readonly message: string }
  | { readonly kind: "error" };

/** One step: what was asked, what came back, and what it means. */
export interface StepVisit {
  readonly step: Step;
  readonly url: string;
  readonly claims: RequestClaims;
  readonly attempts: readonly Attempt[];
  readonly page: EntraPage;
  readonly breaches: readonly Breach[];
}

export function jsonCall(url: string, credentials: Pick<Connector, "username" | "password">, body: string): HttpCall {
  return { url, method: "POST", headers: { authorization: basicAuthorization(credentials), "content-type": "application/json" }, body };
}

/** RFC 7617, UTF-8. */
export function basicAuthorization({ username, password }: Pick<Connector, "username" | "password">): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** Asks one step as Entra does: no answer in time, and it asks exactly once more. @param attributes what is known of the person by now */
export async function visit(step: Step, person: Person, attributes: Values, connector: Connector): Promise<StepVisit> {
  const { timeoutMs = ENTRA_TIMEOUT_MS } = connector;
  const claims = requestClaims(step, person, attributes);
  const url = connector.url(step);
  const call = jsonCall(url, connector, JSON.stringify(claims));
  const sent = await sendCall(call, timeoutMs);
  const first = person.loseFirstAnswer && sent.answer !== undefined ? { ...sent, lost: true } : sent;
  const repeats = first.lost === true || first.failure === "timeout";
  const attempts = repeats ? [first, await sendCall(call, timeoutMs)] : [first];
  return { step, url, claims, attempts, ...judge(step, attempts) };
}

/** What the attempts come to: the last one that arrived counts. */
export function judge(step: Step, attempts: readonly Attempt[]): Pick<StepVisit, "page" | "breaches"> {
  const late = attempts.filter(({ failure }) => failure === "timeout").length;
  const lateBreach = late === 0 ? [] : [breachOf(connectionRules.time, { found: late === 1 ? "no answer once" : "no answer twice" })];
  const last = attempts.at(-1);
  if (last?.answer === undefined) {
    const broken =
      last?.failure === "timeout" ? [] : [breachOf(connectionRules.connection, { found: last?.failure ?? "nothing was asked" })];
    return { page: { kind: "error" }, breaches: [...lateBreach, ...broken] };
  }
  const answer = readAnswer(last.answer);
  const breaches = breachesOf(answer, step);
  // A first attempt that came to nothing costs the person time, no more.
  const page: EntraPage = breaches.every(({ tolerated }) => tolerated) ? pageOf(answer.json ?? {}) : { kind: "error" };
  return { page, breaches: [...lateBreach, ...breaches] };
}

/** @param json of an answer within the contract */
function pageOf(json: Readonly<Record<string, unknown>>): EntraPage {
  switch (json.action) {
    case "Continue": {
      const claims = claimsIn(json).filter(([name, value]) => value !== null && name !== "email" && name !== "identities");
      return { kind: "continue", claims: Object.fromEntries(claims.map(([name, value]) => [shortName(name), value as ClaimValue])) };
    }
    case "ShowBlockPage":
      return { kind: "block", message: String(json.userMessage) };
    case "ValidationError":
      return { kind: "invalid", message: String(json.userMessage) };
    default:
      return { kind: "error" };
  }
}

/** Returned claims that count, and those that Entra drops because the flow does not collect them. */
export function splitClaims(claims: Values, attributes: readonly Attribute[]): { readonly kept: Values; readonly dropped: Values } {
  const collected = (name: string) => attributes.some((attribute) => attribute.name === name);
  const part = (wanted: boolean) => Object.fromEntries(Object.entries(claims).filter(([name]) => collected(name) === wanted));
  return { kept: part(true), dropped: part(false) };
}
