import type { Step, TenantKind } from "../../engine/sign-up/sign-up";
import { readAnswer } from "../contract/answer";
import { type Attribute, isAttributeName, type Values } from "../contract/attributes";
import { type Breach, connectionRules, findBreaches, toBreach } from "../contract/contract";
import { patienceMs } from "../contract/rule";
import { TokenError } from "./authorization";
import { type Attempt, type HttpCall, sendCall } from "./call";
import { connectorRequest } from "./connector-request";
import { extensionRequest } from "./extension-request";
import type { Journey } from "./flow";
import { type EntraPage, entraPage } from "./page";

export interface StepExchange {
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

/** Claims that Entra uses, and claims that Entra drops. */
export interface SplitClaims {
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
