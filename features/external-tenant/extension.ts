import { apiConnector } from "../../engine/protocols/api-connector";
import { isListAttribute, writeListValue } from "../../engine/protocols/attributes";
import { isObject, wireRequest } from "../../engine/protocols/body";
import type { Carried, Dialect, Reply, SentEvent, WireResponse } from "../../engine/protocols/dialect";
import type { BeginSearch } from "../../engine/sign-up/ports";
import type { Attributes, AttributeValue, DirectoryType, Json, SignUp, Step } from "../../engine/sign-up/sign-up";
import { type AskDirectory, beginAccountSearch, journeyWrite } from "./account";
import { type CallerSettings, EXTENSION_ANSWER_MS, extensionEvents, identifyCaller, type TokenClaims } from "./extension-caller";
import { isTextType, parseExtension, type TenantToRead } from "./extension-request";
import { searchProviderWord, verifiedAddressClaim } from "./journey";

/**
 * The dialect of OnAttributeCollectionStart, OnAttributeCollectionSubmit and OnTokenIssuanceStart. Requests may write names in any case.
 * Answers write them exactly as documented. Source: "Custom authentication extensions", Microsoft identity platform documentation.
 */
export function customExtension(tenant: TenantToRead, servedTenant?: Served): Dialect<HttpEvent> {
  const { accounts } = servedTenant ?? {};
  return {
    name: "external-tenant",
    longestMs: EXTENSION_ANSWER_MS,
    call: (event) => ({ request: wireRequest(event), arrivedAt: event.requestContext.timeEpoch, id: event.requestContext.requestId }),
    // If the API was deployed without its authorizer, a call has no claims. Then no caller is identified, and every call is refused.
    caller: ({ requestContext }) =>
      servedTenant ? identifyCaller(requestContext.authorizer?.jwt?.claims ?? {}, { ...tenant, ...servedTenant }) : { refused: {} },
    parse: (request, step, listAttributes) => parseExtension(request, step, { ...tenant, listAttributes }),
    carry: carryInExtension,
    render: renderExtension,
    beginSearch: beginPersonSearch(accounts),
    kept: (signUp, attributes, hashOf, now, record) =>
      verifiedAddressClaim(signUp, hashOf, now) ??
      (accounts && signUp.step !== "before-sending-token" ? journeyWrite(signUp, attributes, hashOf, now, record) : undefined),
  };
}

interface Served extends Omit<CallerSettings, "tenantId"> {
  /** Absent if accounts are not traced. */
  readonly accounts?: TracedAccounts | undefined;
}

interface TracedAccounts {
  /** The search in the tenant's directory. Undefined without the consent of the tenant's administrator. */
  readonly ask?: AskDirectory | undefined;
}

/** Searches by the account before a token is sent; at earlier steps, by the address that the provider sent before the form. */
function beginPersonSearch(accounts: TracedAccounts | undefined): BeginSearch {
  return (signUp, hashes) =>
    signUp.step === "before-sending-token"
      ? accounts && beginAccountSearch(accounts.ask)(signUp, hashes)
      : searchProviderWord(signUp, hashes);
}

/** A call of API Gateway's HTTP API in payload format 2.0. The gateway has checked the caller's token. */
interface HttpEvent extends SentEvent {
  readonly requestContext: {
    readonly timeEpoch: number;
    readonly requestId: string;
    readonly authorizer?: { readonly jwt?: { readonly claims?: TokenClaims } };
  };
}

/** Attributes that the user flow does not collect are listed separately, because an answer cannot contain them. */
function carryInExtension(attributes: Attributes, { step, collected = {}, listAttributes }: SignUp): Carried {
  if (step === "before-sending-token") return { attributes: carryClaims(attributes), notCollected: [] };
  const entries = Object.entries(attributes);
  const isCollected = (name: string) => Object.hasOwn(collected, name);
  const formatWireValue = (name: string, value: AttributeValue) => {
    const type = collected[name] as DirectoryType;
    const written = isTextType(type) && isListAttribute(name, listAttributes) ? writeListValue(name, value) : asType(type, name, value);
    // A value goes back with the type that was sent.
    return type === "stringCollection"
      ? String(written)
          .split(",")
          .filter((each) => each !== "")
      : written;
  };
  return {
    attributes: Object.fromEntries(
      entries.filter(([name]) => isCollected(name)).map(([name, value]) => [name, formatWireValue(name, value)]),
    ),
    notCollected: entries.map(([name]) => name).filter((name) => !isCollected(name)),
  };
}

function asType(type: DirectoryType, name: string, value: AttributeValue): AttributeValue {
  const isList = isTextType(type) && Array.isArray(value);
  const values: readonly Json[] = isList ? value : [value];
  const text = values.join(",");
  if (values.some((each) => typeof each === "object")) throw unfit(type, name);
  if (isTextType(type)) return text;
  if (type === "int64" && /^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  throw unfit(type, name);
}

function unfit(type: DirectoryType, name: string): TypeError {
  return new TypeError(`A rule set "${name}" to a value that the directory cannot take: its type there is ${type}.`);
}

function renderExtension(reply: Reply, step: Step, received?: SignUp): WireResponse {
  const { responseData, actions } = extensionEvents[step];
  const { name, ...action } = buildAction(reply, step, received);
  return {
    status: 200,
    body: JSON.stringify({ data: { "@odata.type": responseData, actions: [{ "@odata.type": `${actions}.${name}`, ...action }] } }),
  };
}

interface Action {
  readonly name: string;
  readonly [member: string]: Json | undefined;
}

function buildAction(reply: Reply, step: Step, received: SignUp | undefined): Action {
  if (step === "before-sending-token") return { name: "provideClaimsForToken", claims: reply.kind === "continue" ? reply.attributes : {} };
  switch (reply.kind) {
    case "continue": {
      if (Object.keys(reply.attributes).length === 0) return { name: "continueWithDefaultBehavior" };
      const values = toWireNames(reply.attributes, received);
      return step === "after-sign-in"
        ? { name: "setPrefillValues", inputs: values }
        : { name: "modifyAttributeValues", attributes: values };
    }
    case "block":
      return { name: "showBlockPage", title: reply.title, message: reply.message };
    case "invalid":
      return { name: "showValidationError", ...validationError(reply, received) };
  }
}

function validationError(
  { summary, reference, problems }: Extract<Reply, { kind: "invalid" }>,
  received: SignUp | undefined,
): Readonly<Record<string, Json>> {
  const isShown = (attribute: string | undefined): attribute is string =>
    attribute !== undefined && Object.hasOwn(received?.collected ?? {}, attribute);
  const above = problems.filter(({ attribute }) => !isShown(attribute)).map(({ named }) => named);
  const sentences = new Map<string, Set<string>>();
  for (const { attribute, message } of problems) {
    if (!isShown(attribute)) continue;
    sentences.set(attribute, (sentences.get(attribute) ?? new Set()).add(message));
  }
  const errors = Object.fromEntries([...sentences].map(([attribute, messages]) => [attribute, [...messages].join(" ")]));
  return {
    message: [...new Set(above), ...(sentences.size > 0 ? [summary] : []), reference].join(" "),
    attributeErrors: toWireNames(errors, received),
  };
}

function toWireNames<T extends AttributeValue>(
  values: Readonly<Record<string, T>>,
  received: SignUp | undefined,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [received?.longNames?.[name] ?? name, value]));
}

/** Limit of a token's claims, names and values together. Source: "Custom claims provider", Microsoft identity platform documentation. */
const MAX_CLAIMS_BYTES = 3 * 1024;

/** Converts attributes to claims: texts or lists of texts. Throws TypeError for unwritable values, RangeError for too long claims. */
export function carryClaims(attributes: Attributes): Attributes {
  const claims = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, asClaim(name, value)]));
  const bytes = Object.entries(claims).reduce((sum, [name, value]) => sum + Buffer.byteLength([name, value].flat().join("")), 0);
  if (bytes > MAX_CLAIMS_BYTES) throw new RangeError(`The claims take ${bytes} bytes; a token takes ${MAX_CLAIMS_BYTES}.`);
  return claims;
}

function asClaim(name: string, value: AttributeValue): AttributeValue {
  if (name.trim() === "") throw new TypeError("A claim has no name.");
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) return value.map(String);
  if (typeof value === "object") throw new TypeError(`A rule set the claim "${name}" to an object, which a token cannot carry.`);
  return String(value);
}

function savedExtension(body: unknown, tracesAccounts: boolean): Dialect | undefined {
  const tenantId = isObject(body) && isObject(body.data) ? body.data.tenantId : undefined;
  if (typeof tenantId !== "string") return undefined;
  return customExtension({ tenantId }, { audience: "", testCaller: undefined, accounts: tracesAccounts ? {} : undefined });
}

/**
 * Chooses the dialect of a request without a real caller, such as a case's request. A real caller is identified by its token, never by the
 * body.
 */
export function chooseDialect(body: unknown, tracesAccounts = false): Dialect {
  return savedExtension(body, tracesAccounts) ?? apiConnector;
}
