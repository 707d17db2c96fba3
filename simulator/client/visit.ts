import type { Step, TenantKind } from "../../engine/sign-up/sign-up";
import { type Attribute, isAttributeName, type Values } from "../contract/attributes";
import { type Breach, connectionRules, findBreaches, toBreach } from "../contract/contract";
import { patienceMs, readAnswer } from "../contract/rule";
import { type Authorization, TokenError } from "./authorization";
import { type Attempt, type HttpCall, sendCall } from "./call";
import { type EntraPage, entraPage } from "./page";
import type { Person } from "./person";
import { connectorRequest, extensionRequest } from "./request";

export type CallingTenant =
  | { readonly kind: Exclude<TenantKind, "external-tenant"> }
  | { readonly kind: "external-tenant"; readonly id: string };

/** Ways for an operator to find out why a person was stopped, by the reference code on the person's page. */
export interface DecisionPlaces {
  /** Returns the address of a page of the console. @default no console */
  url?(reference: string): string;
  /** Returns a shell command. */
  command(reference: string): string;
}

/** A user flow and the endpoints that it calls: API connectors, or an external tenant's extensions. */
export interface UserFlow {
  readonly tenant: CallingTenant;
  /** The flow's gate; absent for the default one. */
  readonly gate?: string;
  /** The steps that call an endpoint. */
  readonly steps: readonly Step[];
  url(step: Step): string;
  readonly authorization: Authorization;
  /** Places where an operator finds the decision about a person; absent if the endpoint's records are unknown. */
  readonly records?: DecisionPlaces;
  /** @default the time that this kind of tenant waits */
  readonly timeoutMs?: number;
  /** @default the global one */
  readonly fetch?: typeof fetch;
}

export interface Journey {
  readonly person: Person;
  readonly flow: UserFlow;
  /** A GUID that distinguishes this sign-up from others of the same person. */
  readonly id: string;
}

interface StepExchange {
  readonly tenant: TenantKind;
  readonly step: Step;
  readonly url: string;
  readonly request: RequestBody;
  readonly attempts: readonly Attempt[];
}

export interface StepVisit extends StepExchange {
  readonly page: EntraPage;
  readonly breaches: readonly Breach[];
}

export function jsonCall(url: string, authorization: string, body: string): HttpCall {
  return { url, method: "POST", headers: { authorization, "content-type": "application/json" }, body };
}

/** Calls one step as Entra does. If no answer comes in time, calls once more. @param attributes those that are known about the person */
export async function visit(step: Step, journey: Journey, attributes: Values): Promise<StepVisit> {
  const { flow } = journey;
  const request = entraRequest(step, journey, attributes);
  const url = flow.url(step);
  const attempts = await attemptsAt(url, JSON.stringify(request), journey);
  return evaluateExchange({ tenant: flow.tenant.kind, step, url, request, attempts });
}

async function attemptsAt(url: string, body: string, { flow, person }: Journey): Promise<readonly Attempt[]> {
  const { tenant, timeoutMs = patienceMs[tenant.kind], fetch } = flow;
  let authorization: string;
  try {
    authorization = await flow.authorization();
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return [{ durationMs: 0, failure: error.message }];
  }
  const call = jsonCall(url, authorization, body);
  const attempt = await sendCall(call, timeoutMs, fetch);
  const first = person.loseFirstAnswer && attempt.answer !== undefined ? { ...attempt, lost: true } : attempt;
  const repeats = first.lost === true || first.failure === "timeout";
  return repeats ? [first, await sendCall(call, timeoutMs, fetch)] : [first];
}

/** Evaluates the attempts of a step. Only the last attempt's answer counts. */
export function evaluateExchange(exchange: StepExchange): StepVisit {
  const { tenant, step, attempts } = exchange;
  const rules = connectionRules(tenant);
  const late = attempts.filter(({ failure }) => failure === "timeout").length;
  const lateBreach = late === 0 ? [] : [toBreach(rules.time, { found: late === 1 ? "no answer once" : "no answer twice" })];
  const last = attempts.at(-1);
  if (last?.answer === undefined) {
    const broken = last?.failure === "timeout" ? [] : [toBreach(rules.connection, { found: last?.failure ?? "nothing was asked" })];
    return { ...exchange, page: { kind: "error" }, breaches: [...lateBreach, ...broken] };
  }
  const answer = readAnswer(last.answer);
  const breaches = findBreaches(answer, exchange);
  // The page depends only on the last attempt. A late first attempt only costs the person time.
  const page: EntraPage = breaches.every(({ tolerated }) => tolerated) ? entraPage(tenant, step, answer.json ?? {}) : { kind: "error" };
  return { ...exchange, page, breaches: [...lateBreach, ...breaches] };
}

interface SplitClaims {
  readonly kept: Values;
  readonly dropped: Values;
}

/**
 * Separates the claims that Entra uses. For form and account, Entra uses the attributes that the flow collects. For a token, B2C uses every
 * attribute, and other tenants use every claim.
 */
export function selectClaims({ tenant, step, page }: StepVisit, attributes: readonly Attribute[]): SplitClaims {
  const claims = page.kind === "continue" ? page.claims : {};
  if (step !== "before-sending-token") return splitClaims(claims, attributes);
  return tenant === "b2c" ? split(claims, isAttributeName) : { kept: claims, dropped: {} };
}

export function splitClaims(claims: Values, attributes: readonly Attribute[]): SplitClaims {
  return split(claims, (name) => attributes.some((attribute) => attribute.name === name));
}

function split(claims: Values, keeps: (name: string) => boolean): SplitClaims {
  const part = (isKept: boolean) => Object.fromEntries(Object.entries(claims).filter(([name]) => keeps(name) === isKept));
  return { kept: part(true), dropped: part(false) };
}

export type RequestBody = Readonly<Record<string, unknown>>;

/** Builds Entra's request about a person. @param attributes those that are known at the step */
export function entraRequest(
  step: Step,
  { person, flow: { tenant }, id }: Pick<Journey, "person" | "id"> & { readonly flow: Pick<Journey["flow"], "tenant"> },
  attributes: Values,
): RequestBody {
  return tenant.kind === "external-tenant"
    ? extensionRequest(step, person, attributes, { tenantId: tenant.id, correlationId: id })
    : connectorRequest(tenant.kind, step, person, attributes);
}
