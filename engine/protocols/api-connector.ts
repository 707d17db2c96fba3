import { normaliseEmail } from "../sign-up/email";
import type { Attributes, AttributeValue, DialectName, Identity, Json, SignUp, Step } from "../sign-up/sign-up";
import { builtInAttributes, isBuiltInAttribute, isListAttribute, readListValue, toShortNames, writeListValue } from "./attributes";
import {
  assertTyped,
  isAbsent,
  isLanguageTag,
  readIdentities,
  readJsonObject,
  signInAddresses,
  UnreadableError,
  wireRequest,
} from "./body";
import type { Carried, Dialect, GatewayCall, Parsed, ParseReason, Reply, SentEvent, WireRequest, WireResponse } from "./dialect";

/** Limit of the nesting in a call. Entra's contract nests less: its deepest values are members of the objects in `identities`. */
const MAX_DEPTH = 8;
const MAX_LOCALES = 16;

const stringClaims = new Set<string>(["email", "lastName", "ui_locales", ...builtInAttributes]);
const notAttributes = new Set(["email", "identities", "ui_locales", "lastName"]);
/** Members that only Azure AD B2C adds. They are not attributes. Each is a string, or has no value. */
const b2cClaims = new Set(["step", "client_id", "clientId", "objectId"]);
/** B2C's names of the steps. Microsoft's documents have two names for the step before a token is sent. */
const stepsByName: ReadonlyMap<string, Step> = new Map([
  ["PostFederationSignup", "after-sign-in"],
  ["PostAttributeCollection", "before-create-user"],
  ["PreTokenIssuance", "before-sending-token"],
  ["PreTokenApplicationClaims", "before-sending-token"],
]);

/**
 * API connectors of self-service sign-up in a workforce tenant and of user flows in Azure AD B2C. Before a token is sent, the only answer
 * is Continue. Sources: "Add an API connector to a user flow", Microsoft Entra External ID documentation; "Add an API connector to a
 * sign-up user flow" and "Enrich tokens with claims from external sources", Azure AD B2C documentation.
 */
export const apiConnector: Dialect<RestEvent> = { name: "b2b", call, parse, carry, render };

interface RestEvent extends SentEvent {
  readonly requestContext?: {
    readonly requestTimeEpoch?: number;
    readonly requestId?: string;
    readonly authorizer?: { readonly coldFor?: string; readonly coldMs?: string } | null;
  };
}

function call(event: RestEvent): GatewayCall {
  const { requestTimeEpoch, requestId, authorizer } = event.requestContext ?? {};
  return { request: wireRequest(event), arrivedAt: requestTimeEpoch, id: requestId, ...readAuthorizerWait(authorizer ?? {}, requestId) };
}

/** Only if `coldFor` is this call's id: the gateway caches the authorizer's answer, and later calls do not wait. */
function readAuthorizerWait(
  { coldFor, coldMs }: { readonly coldFor?: string; readonly coldMs?: string },
  requestId: string | undefined,
): Pick<GatewayCall, "authorizerColdMs"> {
  const isOwn = coldFor !== undefined && coldFor === requestId && /^\d{1,5}$/.test(String(coldMs));
  return isOwn ? { authorizerColdMs: Number(coldMs) } : {};
}

function parse(request: WireRequest, step: Step, listAttributes?: readonly string[]): Parsed {
  let locales: readonly string[] = [];
  let source: DialectName = step === "before-sending-token" ? "b2c" : "b2b";
  const buildFailure = (reason: ParseReason): Parsed => ({ ok: false, reason, source, locales });
  try {
    const sent = dropEmpty(readJsonObject(request, MAX_DEPTH));
    // The separator of locales is not documented: it is a space, a comma, or both.
    if (typeof sent.ui_locales === "string") locales = sent.ui_locales.split(/[\s,]+/, MAX_LOCALES).filter(isLanguageTag);
    if (sent.step !== undefined) source = "b2c";
    assertTypes(sent, source, listAttributes);
    const claims = withLists(sent, listAttributes);
    if (typeof claims.step === "string" && stepsByName.get(claims.step) !== step) return buildFailure("request.step");
    const identities = readIdentities(claims.identities);
    const email = readEmail(claims, identities, step);
    if (email === undefined) return buildFailure("request.email");
    // Without identities, the account's provider is unknown. Then the account may have any address.
    const isUnproven = step === "before-sending-token" && email !== "" && identities.length === 0;
    const known = { identities, ...readAttributes(claims, source), locales, source, ...sentByB2c(claims, source) };
    const more = { ...(isUnproven && { emailTyped: true as const }), ...(listAttributes && { listAttributes }) };
    return { ok: true, received: { step, email, ...known, ...more } };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return buildFailure("request.unreadable");
  }
}

/** Before a token is sent, an unreadable address counts as absent: this step stops nobody. */
function readEmail({ email }: Claims, identities: readonly Identity[], step: Step): string | undefined {
  const stopsNobody = step === "before-sending-token";
  // A call about a local account of B2C may lack the claim `email`. Then the address is in `identities`.
  const [address, ...others] = email === undefined ? signInAddresses(identities) : [email];
  if (others.length > 0 && !stopsNobody) throw new UnreadableError("several addresses");
  if (address === undefined || others.length > 0) return "";
  return normaliseEmail(String(address)) ?? (stopsNobody ? "" : undefined);
}

type Claims = Readonly<Record<string, AttributeValue>>;

/** Otherwise, the rules would miss a claim named `Email`, and a denied person could get in. */
function normaliseClaimName(name: string): string {
  const lower = name.toLowerCase();
  return lower === "email" || lower === "identities" ? lower : name;
}

/** Removes claims that are null or an empty string: both mean that the claim has no value. */
function dropEmpty(claims: Readonly<Record<string, Json | undefined>>): Claims {
  const told = Object.entries(claims).flatMap(([name, value]) => (isAbsent(value) ? [] : [[normaliseClaimName(name), value] as const]));
  if (new Set(told.map(([name]) => name)).size < told.length) throw new UnreadableError("a name twice");
  return Object.fromEntries(told);
}

function withLists(claims: Claims, listAttributes: readonly string[] | undefined): Claims {
  const readAttribute = ([name, value]: [string, AttributeValue]) =>
    [name, isListAttribute(name, listAttributes) ? readListValue(value) : value] as const;
  return dropEmpty(Object.fromEntries(Object.entries(claims).map(readAttribute)));
}

function assertTypes(claims: Claims, source: DialectName, listAttributes: readonly string[] | undefined): void {
  for (const [name, value] of Object.entries(claims)) {
    if ((stringClaims.has(name) || (source === "b2c" && b2cClaims.has(name))) && typeof value !== "string") {
      throw new UnreadableError("type of a built-in claim");
    }
    if (name.startsWith("extension_") && !isCustomValue(value) && !isListAttribute(name, listAttributes))
      throw new UnreadableError("type of a custom claim");
    assertTyped(value);
  }
}

/** JavaScript may round any other number, so the rules would see another number than Entra keeps. */
function isCustomValue(value: AttributeValue): boolean {
  return typeof value === "number" ? Number.isSafeInteger(value) : typeof value !== "object";
}

function sentByB2c(claims: Claims, source: DialectName): Pick<SignUp, "application" | "userId"> {
  if (source !== "b2c") return {};
  // One documented request has `clientId` in place of `client_id`.
  const id = claims.client_id ?? claims.clientId;
  const { objectId } = claims;
  return {
    ...(typeof id === "string" && { application: { id: id.toLowerCase() } }),
    ...(typeof objectId === "string" && { userId: objectId.toLowerCase() }),
  };
}

function readAttributes(claims: Claims, source: DialectName): Pick<SignUp, "attributes" | "longNames"> {
  const isAttribute = (name: string) => !notAttributes.has(name) && !(source === "b2c" && b2cClaims.has(name));
  const parseAttribute = toShortNames(Object.fromEntries(Object.entries(claims).filter(([name]) => isAttribute(name))));
  // Some documented requests have `lastName` in place of `surname`.
  const surname = claims.surname ?? claims.lastName;
  return surname === undefined ? parseAttribute : { ...parseAttribute, attributes: { ...parseAttribute.attributes, surname } };
}

/**
 * A connector's answer has texts, and in custom attributes also booleans and whole numbers. Any other value becomes a text, a list one with
 * commas. Entra silently ignores claims whose attribute the user flow does not collect.
 */
function carry(attributes: Attributes, received: SignUp): Carried {
  const writeAttribute = ([name, value]: [string, AttributeValue]) => {
    const isText = isListAttribute(name, received.listAttributes) || isBuiltInAttribute(name) || !isCustomValue(value);
    return [name, isText && typeof value !== "string" ? writeListValue(name, value) : value];
  };
  return { attributes: Object.fromEntries(Object.entries(attributes).map(writeAttribute)), notCollected: [] };
}

const VERSION = "1.0.0";

function render(reply: Reply, step: Step): WireResponse {
  if (step === "before-sending-token" && reply.kind !== "continue") return render({ kind: "continue", attributes: {} }, step);
  switch (reply.kind) {
    case "continue":
      return { status: 200, body: JSON.stringify({ version: VERSION, action: "Continue", ...reply.attributes }) };
    case "block":
      return { status: 200, body: JSON.stringify({ version: VERSION, action: "ShowBlockPage", userMessage: reply.message }) };
    case "invalid":
      return {
        status: 400,
        body: JSON.stringify({ version: VERSION, action: "ValidationError", status: 400, userMessage: reply.message }),
      };
  }
}
