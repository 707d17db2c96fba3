import { decodeJwt, decodeProtectedHeader } from "jose";
import { parseJson } from "../../../../engine/json";
import { ENTRA_APP_ID, isId } from "../../../external-tenant/extension-caller";
import { type JsonForm, Pseudonyms } from "./pseudonyms";

/** A call of Entra's as a recording has it: names, types and forms. No value that came with it is there. */
export interface CallForm {
  /** The gate's path: "before-create-user", "suppliers/attribute-collection-submit". */
  readonly path: string;
  readonly contentType: string;
  /** Names of the headers. */
  readonly headers: readonly string[];
  /** The caller's kind of authentication. */
  readonly scheme: "Basic" | "Bearer" | "none" | "other";
  readonly token?: RecordedToken;
  /** Absent if it is not JSON. */
  readonly body?: JsonForm;
  readonly answer: { readonly status: number; readonly action?: string };
  readonly durationMs: number;
}

interface RecordedToken {
  readonly ver: string;
  readonly alg: string;
  readonly claims: readonly string[];
  /** True if it names Entra's own application. */
  readonly isEntras: boolean;
}

/** The output of `doctor --record`. */
export interface Recording {
  readonly format: "gatehouse-recording-1";
  readonly calls: readonly CallForm[];
}

/** A call as it came. */
export interface ObservedCall extends Pick<CallForm, "path" | "durationMs"> {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  readonly answer: { readonly status: number; readonly body: string };
}

/** Turns calls into what a recording has of them; who is who in one call is the same in the next. */
export function recorder(): (call: ObservedCall) => CallForm {
  const pseudonyms = new Pseudonyms();
  return ({ path, durationMs, headers, body, answer }) => {
    const authorization = String(headers.authorization ?? "");
    const token = tokenIn(authorization);
    const read = parseJson(body);
    const action = actionIn(parseJson(answer.body));
    return {
      path,
      contentType: /^[\w/+.-]{1,60}(; ?charset=[\w-]{1,20})?$/.exec(String(headers["content-type"] ?? ""))?.[0] ?? "",
      headers: Object.keys(headers).sort(),
      scheme: schemeOf(authorization),
      ...(token && { token }),
      ...(read !== undefined && { body: pseudonyms.of(read) }),
      answer: { status: answer.status, ...(action !== undefined && { action }) },
      durationMs,
    };
  };
}

function schemeOf(authorization: string): CallForm["scheme"] {
  const scheme = authorization.split(" ", 1)[0];
  if (scheme === "Basic" || scheme === "Bearer") return scheme;
  return authorization === "" ? "none" : "other";
}

function tokenIn(authorization: string): RecordedToken | undefined {
  try {
    const token = authorization.replace(/^Bearer /, "");
    const { alg = "" } = decodeProtectedHeader(token);
    const claims = decodeJwt(token);
    const known = (text: unknown, form: RegExp) => (typeof text === "string" && form.test(text) ? text : "other");
    const ver = known(claims.ver, /^\d\.\d$/);
    return { ver, alg: known(alg, /^[A-Z]{2}\d{3}$/), claims: Object.keys(claims).sort(), isEntras: isId(claims.azp, ENTRA_APP_ID) };
  } catch {
    return undefined;
  }
}

/** The action of the gate's own answer, and nothing else of it. */
function actionIn(answer: unknown): string | undefined {
  const { action, data } = (answer ?? {}) as { action?: unknown; data?: { actions?: readonly { "@odata.type"?: unknown }[] } };
  const name = action ?? data?.actions?.[0]?.["@odata.type"];
  return typeof name === "string" && /^[\w.]{1,120}$/.test(name) ? name : undefined;
}

type Members = Readonly<Record<string, unknown>>;

const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
const body = ({ body: read }: CallForm): Members => membersOf(read);
const data = (call: CallForm): Members => membersOf(body(call).data);
const context = (call: CallForm): Members => membersOf(data(call).authenticationContext);
const client = (call: CallForm): Members => membersOf(context(call).client);
const signUpInfo = (call: CallForm): Members => membersOf(data(call).userSignUpInfo);
const isExtension = (call: CallForm) => "data" in body(call);
const isConnector = (call: CallForm) => !isExtension(call) && call.scheme !== "Bearer";
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const eventOf = (call: CallForm) => String(body(call).type).split(".").at(-1) ?? "";
const collects = (call: CallForm) => /^attributeCollection/i.test(eventOf(call));

const STEPS = ["PostFederationSignup", "PostAttributeCollection", "PreTokenIssuance", "PreTokenApplicationClaims"];
const EVENTS = ["attributeCollectionStart", "attributeCollectionSubmit", "tokenIssuanceStart"];
const TYPED = /^#?microsoft\.graph\.(string|int64|boolean)DirectoryAttributeValue$/i;
const LONG_NAME = /^extension_[0-9a-f]{32}_\w+$/i;
const LOCALES = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*([ ,;]+[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)*$/;

function identitiesOf(call: CallForm): unknown {
  return isExtension(call) ? signUpInfo(call).identities : body(call).identities;
}

function areIdentities(identities: unknown): boolean {
  if (identities === undefined || identities === null) return true;
  return (
    Array.isArray(identities) &&
    identities.map(membersOf).every((each) => [each.signInType, each.issuer, each.issuerAssignedId].every(isText))
  );
}

function hasAddress(call: CallForm): boolean {
  const { email, identities } = body(call);
  const all = Array.isArray(identities) ? identities.map(membersOf) : [];
  return isText(email) || all.some(({ signInType }) => signInType === "emailAddress");
}

/** An assumption about Entra's calls: the calls that show it, and the test. */
interface Shown {
  readonly relied: string;
  readonly concerns: (call: CallForm) => boolean;
  readonly holds: (call: CallForm) => boolean;
}

const shown = {
  "jwt.versions": {
    relied: "Entra's token is version 2, and its `azp` names Entra's application",
    concerns: ({ token }) => token !== undefined,
    holds: ({ token }) => token?.isEntras === true && token.ver === "2.0",
  },
  "entra.content-type": {
    relied: "Every call is a POST of one JSON object",
    concerns: () => true,
    holds: (call) => /^application\/json\b/i.test(call.contentType) && Object.keys(body(call)).length > 0,
  },
  "entra.step": {
    relied: "Workforce calls name no step; Azure AD B2C's name a known one",
    concerns: isConnector,
    holds: ({ body: read }) => membersOf(read).step === undefined || STEPS.includes(String(membersOf(read).step)),
  },
  "entra.email": {
    relied: "A connector's call has `email`, or a local account whose id is an address",
    concerns: (call) => isConnector(call) && !call.path.endsWith("before-sending-token"),
    holds: hasAddress,
  },
  "entra.identities": {
    relied: "`identities` is absent or lists sign-in type, issuer and id",
    concerns: (call) => isConnector(call) || collects(call),
    holds: (call) => areIdentities(identitiesOf(call)),
  },
  "entra.custom-attributes": {
    relied: "Custom attributes are named `extension_`, 32 hexadecimal digits, `_`, name",
    concerns: (call) => namesOf(call).some((name) => name.startsWith("extension_")),
    holds: (call) => namesOf(call).every((name) => !name.startsWith("extension_") || LONG_NAME.test(name)),
  },
  "entra.locales": {
    relied: "`ui_locales` or `client.locale` has the person's languages as tags",
    concerns: (call) => localesOf(call) !== undefined,
    holds: (call) => LOCALES.test(String(localesOf(call))),
  },
  "entra.envelope": {
    relied: "An extension's call has its event, tenant and correlation id",
    concerns: isExtension,
    holds: (call) => EVENTS.includes(eventOf(call)) && isText(data(call).tenantId) && isText(context(call).correlationId),
  },
  "entra.typed-attributes": {
    relied: "Collected attributes are typed: string, int64 or boolean",
    concerns: collects,
    holds: (call) => {
      const attributes = Object.values(membersOf(signUpInfo(call).attributes)).map(membersOf);
      return attributes.every((each) => TYPED.test(String(odataType(each))));
    },
  },
  "entra.client-ip": {
    relied: "An extension's call has the person's IP address",
    concerns: isExtension,
    holds: (call) => isText(client(call).ip ?? client(call).clientIp),
  },
  "entra.token-user": {
    relied: "The token event has the user's object id",
    concerns: (call) => eventOf(call) === "tokenIssuanceStart",
    holds: (call) => isText(membersOf(context(call).user).id),
  },
} as const satisfies Readonly<Record<string, Shown>>;

export type RecordedId = keyof typeof shown | "entra.correlation";

function localesOf(call: CallForm): unknown {
  return isExtension(call) ? client(call).locale : body(call).ui_locales;
}

function namesOf(call: CallForm): readonly string[] {
  return Object.keys(isExtension(call) ? membersOf(signUpInfo(call).attributes) : body(call));
}

/** Microsoft's own pages differ in capital letters. */
function odataType(attribute: Members): unknown {
  return Object.entries(attribute).find(([name]) => name.toLowerCase() === "@odata.type")?.[1];
}

/** True if the events of one journey share their id: undefined without a second event. */
function sharesCorrelation(calls: readonly CallForm[]): boolean | undefined {
  const known = calls.filter(isExtension);
  if (new Set(known.map(eventOf)).size < 2) return undefined;
  const ids = new Map<unknown, Set<string>>();
  for (const call of known) ids.set(context(call).correlationId, (ids.get(context(call).correlationId) ?? new Set()).add(eventOf(call)));
  return [...ids.values()].some((events) => events.size > 1);
}

/** An assumption, judged by a recording. */
export interface JudgedFact {
  readonly id: RecordedId;
  readonly relied: string;
  /** Undefined if no call shows it. */
  readonly holds: boolean | undefined;
  /** Paths of the calls that show otherwise. */
  readonly against: readonly string[];
}

export function judgedRecording({ calls }: Recording): readonly JudgedFact[] {
  const facts = Object.entries(shown) as unknown as readonly (readonly [RecordedId, Shown])[];
  const judged = facts.map(([id, { relied, concerns, holds }]) => {
    const concerned = calls.filter(concerns);
    const against = [...new Set(concerned.filter((call) => !holds(call)).map(({ path }) => path))];
    return { id, relied, holds: concerned.length === 0 ? undefined : against.length === 0, against };
  });
  const relied = "Start, Submit and the token of one journey share a correlation id";
  return [...judged, { id: "entra.correlation", relied, holds: sharesCorrelation(calls), against: [] }];
}
