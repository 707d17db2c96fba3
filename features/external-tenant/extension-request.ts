import { isGuestName } from "../../engine/directory-account";
import { keepGiven } from "../../engine/json";
import { externalTenantAttributes, isListAttribute, readListValue, toShortNames } from "../../engine/protocols/attributes";
import {
  assertTyped,
  dropIdentitiesByAddress,
  findMember,
  isAbsent,
  isByAddress,
  isLanguageTag,
  isObject,
  readIdentities,
  readJsonObject,
  signInAddress,
  UnreadableError,
} from "../../engine/protocols/body";
import type { Parsed, ParseReason, WireRequest } from "../../engine/protocols/dialect";
import { normaliseEmail } from "../../engine/sign-up/email";
import { UNKNOWN_ISSUER } from "../../engine/sign-up/issuers";
import type { AttributeValue, DirectoryType, Json, SignUp, Step } from "../../engine/sign-up/sign-up";
import { extensionEvents } from "./extension-caller";

/**
 * Limit of the nesting in a request. The deepest value in Entra's contract is the type of an attribute's value, which is within the limit.
 */
const MAX_DEPTH = 12;

export interface TenantToRead {
  /** The tenant of the caller's token. A body that names another tenant is refused. */
  readonly tenantId: string;
  /** The short name of the attribute that holds a person's address in place of `email`. */
  readonly addressAttribute?: string | undefined;
  /** See `Dialect.parse`. */
  readonly listAttributes?: readonly string[] | undefined;
}

/** Reads an external tenant's call. Ignores the case of names. */
export function parseExtension(request: WireRequest, step: Step, tenant: TenantToRead): Parsed {
  const { tenantId, listAttributes } = tenant;
  let locales: readonly string[] = [];
  const toFailure = (reason: ParseReason): Parsed => ({ ok: false, reason, source: "external-tenant", locales });
  try {
    const body = readJsonObject(request, MAX_DEPTH);
    const data = objectIn(body, "data");
    const context = objectIn(data, "authenticationContext");
    const client = objectOrNone(context, "client");
    locales = readLocales(client);
    if (textIn(body, "type").toLowerCase() !== `microsoft.graph.authenticationevent.${extensionEvents[step].event}`.toLowerCase()) {
      return toFailure("request.step");
    }
    if (textIn(data, "tenantId").toLowerCase() !== tenantId.toLowerCase()) return toFailure("request.tenant");
    const { address, ...person } = step === "before-sending-token" ? readUser(context) : readUserSignUpInfo(data, step, tenant);
    const email = address === undefined ? undefined : normaliseEmail(address);
    if (address !== undefined && email === undefined && step !== "before-sending-token") return toFailure("request.email");
    const facts = { email: email ?? "", ...person, ...readContext(context, client), ...(listAttributes && { listAttributes }) };
    return { ok: true, received: { step, ...facts, locales, source: "external-tenant" } };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return toFailure("request.unreadable");
  }
}

type Members = Readonly<Record<string, Json>>;

function objectIn(object: Members, name: string): Members {
  const member = findMember(object, name);
  if (!isObject(member)) throw new UnreadableError(name);
  return member;
}

function objectOrNone(object: Members, name: string): Members {
  return isAbsent(findMember(object, name)) ? {} : objectIn(object, name);
}

function textIn(object: Members, name: string): string {
  const text = textOrNone(object, name);
  if (text === undefined) throw new UnreadableError(name);
  return text;
}

function textOrNone(object: Members, name: string): string | undefined {
  const member = findMember(object, name);
  if (isAbsent(member)) return undefined;
  if (typeof member !== "string") throw new UnreadableError(name);
  assertTyped(member);
  return member;
}

/** Returns the languages in order of preference: `locale`, then `market` for people whose `locale` has no texts. */
function readLocales(client: Members): readonly string[] {
  const tags = [textOrNone(client, "locale"), textOrNone(client, "market")].filter((tag) => tag !== undefined);
  return [...new Set(tags.filter(isLanguageTag))];
}

function readContext(context: Members, client: Members): Pick<SignUp, "application" | "correlationId" | "ipAddress"> {
  const correlationId = textOrNone(context, "correlationId");
  // Microsoft's sample of the recovery event names the address `clientIp`.
  const ipAddress = textOrNone(client, "ip") ?? textOrNone(client, "clientIp");
  const application = objectOrNone(context, "clientServicePrincipal");
  const id = textOrNone(application, "appId");
  const name = textOrNone(application, "appDisplayName") ?? textOrNone(application, "displayName");
  return {
    ...keepGiven({ correlationId, ipAddress }),
    ...(id !== undefined && { application: { id: id.toLowerCase(), ...(name !== undefined && { name }) } }),
  };
}

/** The policy's spelling of names, by the name in lower case. Rules find values only by the policy's spelling. */
const spellings = new Map([...externalTenantAttributes, "email"].map((name) => [name.toLowerCase(), name]));
type Person = Pick<SignUp, "emailTyped" | "identities" | "attributes" | "longNames" | "collected" | "userId" | "userCreatedAt"> & {
  /** The address as it was sent. */
  readonly address: string | undefined;
};

/** Reads the person from a call that Entra makes before the account exists. The identities say who the person is. */
function readUserSignUpInfo(data: Members, step: Step, { addressAttribute, listAttributes }: TenantToRead): Person {
  const info = objectIn(data, "userSignUpInfo");
  const sentIdentities = readIdentities(findMember(info, "identities"));
  // After sign-in, a request without identities is unreadable. After the form, it is not, because requests in an older format have none.
  if (sentIdentities.length === 0 && step === "after-sign-in") throw new UnreadableError("identities");
  const identities = sentIdentities.length === 0 ? [{ issuer: UNKNOWN_ISSUER }] : sentIdentities;
  const typedCells = Object.entries(objectOrNone(info, "attributes")).map(
    ([name, cell]) => [spellings.get(name.toLowerCase()) ?? name, readAttribute(cell, isListAttribute(name, listAttributes))] as const,
  );
  if (new Set(typedCells.map(([name]) => name.toLowerCase())).size < typedCells.length) throw new UnreadableError("a name twice");
  const { attributes: cells, longNames } = toShortNames(Object.fromEntries(typedCells));
  const values = Object.entries(cells).map(([name, { value = "" }]) => [name, value] as const);
  const provenAddress = signInAddress(identities);
  const formAddress = addressAmong(cells, addressAttribute);
  // Before the form, a federated account's address comes from the provider. After the form, the person may have typed the address: see
  // features/external-tenant/journey.ts.
  const isProvidersWord =
    step === "after-sign-in" && identities.some((each) => each.signInType?.toLowerCase() === "federated" && !isByAddress(each));
  return {
    address: provenAddress ?? formAddress,
    ...(provenAddress === undefined && formAddress !== undefined && !isProvidersWord && { emailTyped: true }),
    identities: dropIdentitiesByAddress(identities),
    attributes: Object.fromEntries(values.filter(([name, value]) => value !== "" && !addressNames.includes(name.toLowerCase()))),
    collected: Object.fromEntries(Object.entries(cells).map(([name, { type }]) => [name, type])),
    ...(longNames !== undefined && { longNames }),
  };
}

/** Names of the attribute that contains the address, in current and older requests. */
const addressNames = ["email", "emailaddress"];

function addressAmong(cells: Readonly<Record<string, Cell>>, addressAttribute: string | undefined): string | undefined {
  const names = addressAttribute === undefined ? addressNames : [addressAttribute.toLowerCase(), ...addressNames];
  const findCellValue = (name: string) => Object.entries(cells).find(([each]) => each.toLowerCase() === name)?.[1].value;
  const texts = (of: readonly string[]) => of.map(findCellValue).flatMap((value) => (isAbsent(value) ? [] : [String(value)]));
  // If the attributes of `addressNames` have different addresses, the request is refused, because a denied address must not hide behind
  // another one.
  if (new Set(texts(addressNames).map((text) => normaliseEmail(text))).size > 1) throw new UnreadableError("several addresses");
  return texts(names)[0];
}

const valueTypes: ReadonlyMap<string, DirectoryType> = new Map([
  ["microsoft.graph.stringdirectoryattributevalue", "string"],
  // No page of the reference names it, but Microsoft's own library for these events (Microsoft.Azure.WebJobs.Extensions.AuthenticationEvents) does.
  ["microsoft.graph.stringcollectiondirectoryattributevalue", "stringCollection"],
  ["microsoft.graph.int64directoryattributevalue", "int64"],
  ["microsoft.graph.booleandirectoryattributevalue", "boolean"],
]);

interface Cell {
  readonly type: DirectoryType;
  readonly value: AttributeValue | undefined;
}

export function isTextType(type: DirectoryType): boolean {
  return type === "string" || type === "stringCollection";
}

function readAttribute(cell: Json, isList: boolean): Cell {
  if (!isObject(cell)) throw new UnreadableError("attribute");
  const type = valueTypes.get(textIn(cell, "@odata.type").toLowerCase().replace(/^#/, ""));
  if (type === undefined) throw new UnreadableError("type of an attribute");
  const value = findMember(cell, "value");
  if (isAbsent(value)) return { type, value: undefined };
  if (isList && isTextType(type)) return { type, value: readListValue(value) };
  // Several choices come as one text, with commas. An older page of the reference shows a list, so a list is joined into such a text.
  const isSeveral = Array.isArray(value) && value.every((each) => typeof each === "string");
  const read = isSeveral ? value.join(",") : value;
  const [isString, isBoolean] = [typeof read === "string", typeof read === "boolean"];
  const fits = { string: isString, stringCollection: isString, int64: Number.isSafeInteger(read), boolean: isBoolean };
  if (!fits[type]) throw new UnreadableError("value of an attribute");
  assertTyped(read);
  return { type, value: read as AttributeValue };
}

/** Members of a token event's user that become attributes. Policies use the same names. */
const userAttributes = ["displayName", "givenName", "surname", "companyName", "jobTitle", "userType", "preferredLanguage"];

function readUser(context: Members): Person {
  const user = objectIn(context, "user");
  const values = userAttributes.map((name) => [name, textOrNone(user, name)]).filter(([, value]) => value !== undefined);
  // A token's event alone proves no address, because the person may have typed the account's `mail` at the form.
  const address = textOrNone(user, "mail") ?? addressIn(textOrNone(user, "userPrincipalName") ?? "");
  const userId = textOrNone(user, "id")?.toLowerCase();
  const userCreatedAt = textOrNone(user, "createdDateTime");
  return {
    address,
    ...(address !== undefined && { emailTyped: true }),
    identities: [],
    attributes: Object.fromEntries(values),
    ...keepGiven({ userId, userCreatedAt }),
  };
}

/** Principal names that are not addresses: Entra builds local accounts' names from ids, and its own domains have no mailboxes. */
const noAddress = /^[0-9a-f-]{36}@|[@.](onmicrosoft\.(com|us|de)|onmschina\.cn)$/i;

function addressIn(principal: string): string | undefined {
  return isGuestName(principal) || noAddress.test(principal) ? undefined : principal;
}
