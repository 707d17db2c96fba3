import { decodeJwt, decodeProtectedHeader } from "jose";
import { ENTRA_APP_ID, isId } from "../../engine/protocols/extension-caller";
import { type Assumption, assumptions, type RecordedId } from "./assumptions";
import { type JsonForm, Pseudonyms } from "./pseudonyms";

/** A call of Entra's as a recording has it: names, types and forms. No value that came with it is there. */
export interface CallForm {
  /** The gate's path: "before-create-user", "suppliers/attribute-collection-submit". */
  readonly path: string;
  readonly contentType: string;
  /** Names of the headers. */
  readonly headers: readonly string[];
  /** How the caller proved who it is. */
  readonly scheme: "Basic" | "Bearer" | "none" | "other";
  readonly token?: RecordedToken;
  /** Absent of what is no JSON. */
  readonly body?: JsonForm;
  readonly answer: { readonly status: number; readonly action?: string };
  readonly durationMs: number;
}

interface RecordedToken {
  readonly ver: string;
  readonly alg: string;
  readonly claims: readonly string[];
  /** Whether it names Entra's own application. */
  readonly isEntras: boolean;
}

/** What `probe --record` writes. */
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
    const read = jsonOf(body);
    const action = actionIn(jsonOf(answer.body));
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

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of the gate's own answer: its action, and nothing beside it. */
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

/** Which calls show it, and whether one does. */
type Shown = readonly [concerns: (call: CallForm) => boolean, holds: (call: CallForm) => boolean];

const shown: Readonly<Record<Exclude<RecordedId, "entra.correlation">, Shown>> = {
  "jwt.versions": [({ token }) => token !== undefined, ({ token }) => token?.isEntras === true && /^[12]\.0$/.test(token.ver)],
  "entra.content-type": [() => true, (call) => /^application\/json\b/i.test(call.contentType) && Object.keys(body(call)).length > 0],
  "entra.step": [isConnector, ({ body: read }) => membersOf(read).step === undefined || STEPS.includes(String(membersOf(read).step))],
  "entra.email": [(call) => isConnector(call) && !call.path.endsWith("before-sending-token"), hasAddress],
  "entra.identities": [(call) => isConnector(call) || collects(call), (call) => areIdentities(identitiesOf(call))],
  "entra.custom-attributes": [
    (call) => namesOf(call).some((name) => name.startsWith("extension_")),
    (call) => namesOf(call).every((name) => !name.startsWith("extension_") || LONG_NAME.test(name)),
  ],
  "entra.locales": [
    (call) => (isExtension(call) ? client(call).locale : body(call).ui_locales) !== undefined,
    (call) => LOCALES.test(String(isExtension(call) ? client(call).locale : body(call).ui_locales)),
  ],
  "entra.envelope": [
    isExtension,
    (call) => EVENTS.includes(eventOf(call)) && isText(data(call).tenantId) && isText(context(call).correlationId),
  ],
  "entra.typed-attributes": [
    collects,
    (call) =>
      Object.values(membersOf(signUpInfo(call).attributes))
        .map(membersOf)
        .every((each) => TYPED.test(String(odataType(each)))),
  ],
  "entra.client-ip": [isExtension, (call) => isText(client(call).ip ?? client(call).clientIp)],
  "entra.token-user": [(call) => eventOf(call) === "tokenIssuanceStart", (call) => isText(membersOf(context(call).user).id)],
};

function namesOf(call: CallForm): readonly string[] {
  return Object.keys(isExtension(call) ? membersOf(signUpInfo(call).attributes) : body(call));
}

/** Microsoft's own pages differ in capital letters. */
function odataType(attribute: Members): unknown {
  return Object.entries(attribute).find(([name]) => name.toLowerCase() === "@odata.type")?.[1];
}

/** Whether the events of one journey share their id: undefined where there are none of a second event. */
function sharesCorrelation(calls: readonly CallForm[]): boolean | undefined {
  const known = calls.filter(isExtension);
  if (new Set(known.map(eventOf)).size < 2) return undefined;
  const ids = new Map<unknown, Set<string>>();
  for (const call of known) ids.set(context(call).correlationId, (ids.get(context(call).correlationId) ?? new Set()).add(eventOf(call)));
  return [...ids.values()].some((events) => events.size > 1);
}

/** An assumption that recordings show, and what one shows of it. */
export interface ShownAssumption {
  readonly assumption: Assumption;
  /** Undefined where no call shows it. */
  readonly holds: boolean | undefined;
  /** Paths of the calls that show otherwise. */
  readonly against: readonly string[];
}

export function judgedRecording({ calls }: Recording): readonly ShownAssumption[] {
  return assumptions
    .filter(({ tried }) => tried === "recording")
    .map((assumption) => {
      if (assumption.id === "entra.correlation") return { assumption, holds: sharesCorrelation(calls), against: [] };
      const [concerns, holds] = shown[assumption.id as keyof typeof shown];
      const concerned = calls.filter(concerns);
      const against = [...new Set(concerned.filter((call) => !holds(call)).map(({ path }) => path))];
      return { assumption, holds: concerned.length === 0 ? undefined : against.length === 0, against };
    });
}
