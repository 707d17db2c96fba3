import { isBuiltInAttribute } from "../attribute-kinds";
import { valueTexts } from "../messages/values";
import { isListAttribute, readListValue } from "../protocols/attributes";
import { assertSettable, MAX_BODY_BYTES, nameFlaw, textFlaw } from "../sign-up/attributes";
import { UpstreamError } from "../sign-up/failure";
import type { AnyRule, Context } from "../sign-up/rule";
import type { Attributes, AttributeValue, SignUp } from "../sign-up/sign-up";
import { NotAsked, type Source } from "../sign-up/source";
import type { UpstreamFailure } from "../sign-up/upstream";
import type { Block, Evidence, Findings, Invalid, Problem } from "../sign-up/verdict";
import { assertShortName, isBlank } from "./attribute";

/** The result of asking a source. */
export type SourceResult =
  /** `empty`: names of attributes that the source returns without a value. */
  | { readonly kind: "known"; readonly known: Attributes; readonly empty: readonly string[]; readonly evidence?: Evidence }
  /** The source was asked, and does not know this sign-up. */
  | { readonly kind: "not-found" }
  | { readonly kind: "not-asked"; readonly reason: NotAsked }
  /** The call failed, and the source's author lets sign-ups go on without it. */
  | { readonly kind: "unavailable"; readonly upstreamFailure: UpstreamFailure };

/** Throws TypeError if the value is not a source. @param rule the rule's name in a policy */
export function assertSource(source: Source | undefined, rule: string): void {
  if (typeof source?.find === "function" && Array.isArray(source.uses)) return;
  throw new TypeError(`${rule} needs a source, such as profiles() or http({ … }).`);
}

/** Returns the declarations of a rule that asks a source: whether it uses addresses, and the trust in them. */
export function goesBy(source: Source): Pick<AnyRule, "byAddress" | "trust"> {
  const { trust } = source;
  return { ...(searchesByAddress(source) && { byAddress: true }), ...(trust !== undefined && { trust }) };
}

/** True if a source finds people by their address. */
export function searchesByAddress({ trust, byAddress = trust !== undefined }: Source): boolean {
  return byAddress;
}

/** Throws TypeError if `only` is not a list of attributes. @param rule the rule's name in a policy */
export function assertOnly(only: readonly string[] | undefined, rule: string, example = "extension_PartnerNumber"): void {
  if (only === undefined) return;
  if (Array.isArray(only) && only.length === 0)
    throw new TypeError(`${rule}: only is empty: list at least one attribute that the source may set, only: ["${example}"].`);
  if (!Array.isArray(only)) throw new TypeError(`${rule}: only must list short names of attributes, like ["${example}"].`);
  for (const name of only) assertShortName(name, `${rule}: each of only`);
}

/** Of the attributes that a source found, returns those that `only` names; all if `only` is undefined. */
export function selectAttributes(attributes: Attributes, only: readonly string[] | undefined): Attributes {
  return only === undefined ? attributes : Object.fromEntries(Object.entries(attributes).filter(([name]) => only.includes(name)));
}

/** True if a source searches by attributes that nobody types, or by no attribute. */
export function searchesByNone({ asks = [] }: Pick<Source, "asks">): boolean {
  return asks.length === 0;
}

/** Returns the people who pass if the source's call fails, for `admits`; undefined if the failure stops them. */
export function admittedUnasked({ name, onFailure }: Pick<Source, "name" | "onFailure">): string | undefined {
  return onFailure === "continue" ? `everybody while ${name} does not answer` : undefined;
}

/**
 * Asks a source. Throws if the call fails, which blocks the sign-up. Does not throw if the source's author lets sign-ups go on without the
 * source.
 */
export async function askSource(source: Source, signUp: SignUp, context: Context): Promise<SourceResult> {
  try {
    const foundAttributes = await source.find(signUp, context);
    if (foundAttributes === undefined) return { kind: "not-found" };
    if (foundAttributes instanceof NotAsked) return { kind: "not-asked", reason: foundAttributes };
    const evidence = source.evidence?.(signUp, context);
    return { kind: "known", ...readFound(source.name, foundAttributes, signUp), ...(evidence && { evidence }) };
  } catch (error) {
    if (error instanceof UpstreamError && source.onFailure === "continue") return { kind: "unavailable", upstreamFailure: error.failure };
    throw error;
  }
}

/** Returns the findings of a rule that continues without a source: the reason, under the source's name. */
export function withoutSource(
  source: string,
  sourceResult: Exclude<SourceResult, { readonly kind: "known" }>,
): { readonly findings: Findings; readonly evidence?: Evidence; readonly upstreamFailure?: UpstreamFailure } {
  const findings = { [source]: sourceResult.kind };
  if (sourceResult.kind === "unavailable") return { findings, upstreamFailure: sourceResult.upstreamFailure };
  return sourceResult.kind === "not-asked" ? { findings, evidence: buildEvidence(sourceResult.reason) } : { findings };
}

const untrustedBlock: Block = { kind: "block", reason: "lookup.address-unproven", message: valueTexts["lookup.address-unproven"] };
const notPermitted = { reason: "value.not-permitted", message: valueTexts["value.not-permitted"] };

/** Refuses a sign-up that prevents a source from being asked: names the attribute that the person can correct. */
export function refusedUnasked(reason: NotAsked): Block | Invalid {
  const { why, attribute } = reason;
  const evidence = buildEvidence(reason);
  if (attribute === undefined) return { ...untrustedBlock, evidence };
  const problem = why === "missing" ? { attribute, reason: "attribute.required" } : { attribute, ...notPermitted };
  return { kind: "invalid", problems: [problem], evidence };
}

/** Returns problems of attributes that a person typed and a source does not have. */
export function findUnfoundedClaims(names: readonly string[], { attributes }: SignUp): readonly Problem[] {
  // An empty field and an unticked box claim nothing.
  const claims = (name: string) => attributes[name] !== false && !isBlank(attributes[name]);
  return names.filter(claims).map((attribute) => ({ attribute, ...notPermitted }));
}

/** Builds "missing jobTitle": features/decisions/words.ts has the words for operators. */
function buildEvidence({ why, attribute }: NotAsked): Evidence {
  return { notAsked: [why, ...(attribute === undefined ? [] : [attribute])].join(" ") };
}

/** Reads the attributes that a source found. Throws if a person could not have sent such values: the source is unreliable. */
function readFound(
  service: string,
  foundAttributes: Attributes,
  signUp: SignUp,
): { readonly known: Attributes; readonly empty: readonly string[] } {
  if (typeof foundAttributes !== "object" || foundAttributes === null || Array.isArray(foundAttributes))
    throw new UpstreamError({ service, kind: "unexpected" });
  // The source's code is wrong, not its data. So this error stops the sign-up, whatever `onFailure` says.
  if (!isPlain(foundAttributes))
    throw new TypeError(
      `The source ${service} found ${describeObject(foundAttributes)}: it must find plain attributes, NotAsked or undefined.`,
    );
  const knownEntries: [string, AttributeValue][] = [];
  const empty: string[] = [];
  for (const [name, value] of Object.entries(foundAttributes)) {
    if (value === undefined) continue;
    const read = value === null ? "" : readValue(service, name, value, signUp);
    if (isBlank(read)) empty.push(name);
    else knownEntries.push([name, read]);
  }
  if (Buffer.byteLength(JSON.stringify(knownEntries)) >= MAX_BODY_BYTES) throw new UpstreamError({ service, kind: "too-large" });
  return { known: Object.fromEntries(knownEntries), empty };
}

/** True for an object made by a literal or JSON. An object of a class may mean anything, and its members are not attributes. */
function isPlain(foundObject: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(foundObject);
  // In every realm, Object.prototype has this member, and nothing else at the end of a prototype chain does.
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "isPrototypeOf"));
}

function describeObject(foundObject: object): string {
  const { name = "" } = (foundObject.constructor ?? {}) as { readonly name?: string };
  return `an object of ${name === "" ? "a class" : `the class ${name}`}`;
}

function readValue(service: string, name: string, value: AttributeValue, signUp: SignUp): AttributeValue {
  try {
    assertSettable(name);
    const flaw = nameFlaw(name);
    if (flaw !== undefined) throw new TypeError(flaw);
    return toAttributeValue(name, value, signUp);
  } catch (cause) {
    throw new UpstreamError({ service, kind: "unexpected", ...(/^[a-z_]\w{0,39}$/i.test(name) && { at: name }) }, { cause });
  }
}

/** Converts a value to the form that Entra takes: a postal code may be a number elsewhere. Throws for a value that no attribute holds. */
function toAttributeValue(name: string, value: AttributeValue, signUp: SignUp): AttributeValue {
  if (isListAttribute(name, signUp.listAttributes)) {
    return readListValue(typeof value === "number" ? String(value) : value)?.map((each) => plainText(name, each)) ?? "";
  }
  if (typeof value === "string") return plainText(name, value);
  if (Number.isFinite(value)) return isBuiltInAttribute(name) ? String(value) : value;
  if (typeof value === "boolean" && !isBuiltInAttribute(name)) return value;
  // A list is several choices of an external tenant's form, or a claim of a token.
  const takesLists = signUp.source === "external-tenant" || signUp.step === "before-sending-token";
  if (Array.isArray(value) && takesLists && !isBuiltInAttribute(name)) {
    return value.map((each) => {
      if (typeof each === "object") throw new TypeError("An attribute holds no list of lists.");
      return toAttributeValue(name, each, signUp);
    });
  }
  throw new TypeError("An attribute holds a text, a number or a boolean.");
}

/** Writes a text on one line, unless it is an address. */
function plainText(name: string, text: string): string {
  const flaw = textFlaw(text);
  if (flaw !== undefined) throw new TypeError(flaw);
  if (name === "streetAddress" || !/[\n\r\t]/.test(text)) return text;
  const lines = text.split(/[\n\r\t]/).map((line) => line.trim());
  return lines.filter((line) => line !== "").join(" ");
}
