import { keepGiven } from "../../engine/json";
import { addGate } from "../../engine/protocols/body";
import type { Dialect, Parsed } from "../../engine/protocols/dialect";
import type { Step } from "../../engine/sign-up/sign-up";
import { chooseDialect } from "../../features/external-tenant/extension";
import type { Person } from "../../simulator/client/person";
import { connectorRequest, extensionRequest } from "../../simulator/client/request";
import { type Attribute, readAttribute, shortName, type Values } from "../../simulator/contract/attributes";
import type { Case, EarlierSignUp, ShortRequest } from "./format";

/** Made-up ids, the same in every run. */
const IDS = { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", correlationId: "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88" };
const APPLICATION = "6d1f3b52-8c07-4e9a-a4d3-5b20c7e1f986";
const IP_ADDRESS = "203.0.113.24";

export interface AskedAt {
  /** Undefined for the unnamed gate. */
  readonly gate: string | undefined;
  /** Short names of attributes that hold lists. Present if the tenant's attributes are known. */
  readonly listAttributes?: readonly string[] | undefined;
  /** True if the policy has the step before-sending-token: each new account is then linked to its form. */
  readonly tracesAccounts?: boolean;
}

export interface AskedRequest {
  readonly dialect: Dialect;
  readonly parsed: Parsed;
}

/** @param other values of an earlier sign-up, in place of the case's @param turn number of a repeated request, in place of `{n}` */
export function askedRequest(
  each: Pick<Case, "request" | "body">,
  step: Step,
  { gate, listAttributes, tracesAccounts = false }: AskedAt,
  other: EarlierSignUp = {},
  turn?: number,
): AskedRequest {
  const { request } = each;
  const body =
    request === undefined ? each.body : wholeRequest(insertTurnNumber({ ...request, ...buildPersonChanges(request, other) }, turn), step);
  const dialect = chooseDialect(body, tracesAccounts && step !== "after-sign-in");
  const wireRequest = { contentType: "application/json", body: JSON.stringify(body) };
  return { dialect, parsed: addGate(dialect.parse(wireRequest, step, listAttributes), gate) };
}

/** An earlier sign-up with another address or provider has another account, unless it names the account. */
function buildPersonChanges(
  request: ShortRequest,
  { email, issuer, accountId, attributes, application, ipAddress }: EarlierSignUp,
): Partial<ShortRequest> {
  return {
    ...(email !== undefined && { email, accountId }),
    ...(issuer !== undefined && { issuer, accountId }),
    ...(accountId !== undefined && { accountId }),
    ...(attributes !== undefined && { attributes: { ...request.attributes, ...attributes } }),
    ...keepGiven({ application, ipAddress }),
  };
}

function insertTurnNumber(request: ShortRequest, turn: number | undefined): ShortRequest {
  if (turn === undefined) return request;
  const number = <T>(value: T) => (typeof value === "string" ? (value.replaceAll("{n}", String(turn)) as T) : value);
  const { email, accountId, ipAddress, attributes = {} } = request;
  const values = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, number(value)]));
  return { ...request, email: number(email), accountId: number(accountId), ipAddress: number(ipAddress), attributes: values };
}

function wholeRequest(request: ShortRequest, step: Step): object {
  const {
    email,
    accountId,
    attributes = {},
    locales = [],
    tenant = "workforce",
    application = APPLICATION,
    ipAddress = IP_ADDRESS,
    address = "identity",
  } = request;
  const issuer = request.issuer ?? (tenant === "workforce" ? "entra" : "mail");
  const attributesByName = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [shortName(name), value]));
  const person = {
    issuer,
    email,
    accountId,
    locales: typeof locales === "string" ? [locales] : locales,
    claims: {},
    form: {},
    collects: collectedBy(request),
    application,
    ipAddress,
    address,
    loseFirstAnswer: false,
  } satisfies Person;
  if (tenant === "external-tenant") return extensionRequest(step, person, attributesByName as Values, IDS);
  return connectorRequest(tenant, step, person, attributesByName as Values);
}

function collectedBy({ attributes = {}, collects = [] }: ShortRequest): Attribute[] {
  const attributeEntries = Object.entries(attributes).map(([name, value]): [string, Attribute] => {
    const type = typeof value === "boolean" ? "boolean" : typeof value === "number" ? "integer" : "string";
    return [shortName(name), { name: shortName(name), type }];
  });
  const more = collects.map((text): [string, Attribute] => {
    const attribute = readAttribute(text) ?? { name: text, type: "string" };
    return [attribute.name, attribute];
  });
  return [...new Map([...more, ...attributeEntries]).values()];
}
