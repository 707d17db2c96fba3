import { decodeJwt } from "jose";
import { parseJson } from "../../../../engine/json";
import { type JsonForm, Pseudonyms } from "./pseudonyms";

/** A call from Entra as a recording keeps it: names, types and forms, but none of the call's values. */
export interface CallForm {
  /** The gate's path: "before-create-user", "suppliers/attribute-collection-submit". */
  readonly path: string;
  readonly contentType: string;
  /** Names of the headers. */
  readonly headers: readonly string[];
  readonly scheme: "Basic" | "Bearer" | "none" | "other";
  readonly token?: RecordedToken;
  /** Absent if the body is not JSON. */
  readonly body?: JsonForm;
  readonly answer: { readonly status: number; readonly action?: string };
  readonly durationMs: number;
}

interface RecordedToken {
  readonly ver: string;
  /** Names of the claims. */
  readonly claims: readonly string[];
}

export interface Recording {
  readonly format: "gatehouse-recording-1";
  readonly calls: readonly CallForm[];
}

export interface ObservedCall extends Pick<CallForm, "path" | "durationMs"> {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  readonly answer: { readonly status: number; readonly body: string };
}

/** The same person gets the same mark in every call. */
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
      scheme: parseScheme(authorization),
      token,
      body: read === undefined ? undefined : pseudonyms.of(read),
      answer: { status: answer.status, action },
      durationMs,
    };
  };
}

function parseScheme(authorization: string): CallForm["scheme"] {
  const scheme = authorization.split(" ", 1)[0];
  if (scheme === "Basic" || scheme === "Bearer") return scheme;
  return authorization === "" ? "none" : "other";
}

function tokenIn(authorization: string): RecordedToken | undefined {
  try {
    const claims = decodeJwt(authorization.replace(/^Bearer /, ""));
    return { ver: /^\d\.\d$/.exec(String(claims.ver))?.[0] ?? "other", claims: Object.keys(claims).sort() };
  } catch {
    return undefined;
  }
}

function actionIn(answer: unknown): string | undefined {
  const { action, data } = (answer ?? {}) as { action?: unknown; data?: { actions?: readonly { "@odata.type"?: unknown }[] } };
  const name = action ?? data?.actions?.[0]?.["@odata.type"];
  return typeof name === "string" && /^[\w.]{1,120}$/.test(name) ? name : undefined;
}

type Members = Readonly<Record<string, unknown>>;

const toMembers = (value: unknown): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
const body = ({ body: read }: CallForm): Members => toMembers(read);
const context = (call: CallForm): Members => toMembers(toMembers(body(call).data).authenticationContext);
const isExtension = (call: CallForm) => "data" in body(call);
const readEventType = (call: CallForm) => String(body(call).type).split(".").at(-1) ?? "";

const LOCALES = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*([ ,;]+[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)*$/;

function readLocales(call: CallForm): unknown {
  return isExtension(call) ? toMembers(context(call).client).locale : body(call).ui_locales;
}

function hasAddress(call: CallForm): boolean {
  const { email, identities } = body(call);
  const all = Array.isArray(identities) ? identities.map(toMembers) : [];
  return (typeof email === "string" && email !== "") || all.some(({ signInType }) => signInType === "emailAddress");
}

/** An assumption about Entra's calls that no document settles, judged by a recording. */
export interface JudgedFact {
  readonly id: "entra.email" | "entra.locales" | "entra.correlation";
  readonly relied: string;
  /** True if the assumption holds. Undefined if no call shows whether it does. */
  readonly holds: boolean | undefined;
  /** Paths of the calls that contradict the assumption. */
  readonly against: readonly string[];
}

export function judgedRecording({ calls }: Recording): readonly JudgedFact[] {
  const isConnector = (call: CallForm) => !isExtension(call) && call.scheme !== "Bearer" && !call.path.endsWith("before-sending-token");
  const judge = (concernedCalls: readonly CallForm[], holds: (call: CallForm) => boolean) => {
    const against = [...new Set(concernedCalls.filter((call) => !holds(call)).map(({ path }) => path))];
    return { holds: concernedCalls.length === 0 ? undefined : against.length === 0, against };
  };
  return [
    {
      id: "entra.email",
      relied: "A connector's call has `email`, or a local account whose id is an address",
      ...judge(calls.filter(isConnector), hasAddress),
    },
    {
      id: "entra.locales",
      relied: "`ui_locales` or `client.locale` has the person's languages as tags",
      ...judge(
        calls.filter((call) => readLocales(call) !== undefined),
        (call) => LOCALES.test(String(readLocales(call))),
      ),
    },
    {
      id: "entra.correlation",
      relied: "Start, Submit and the token of one journey share a correlation id",
      holds: sharesCorrelation(calls),
      against: [],
    },
  ];
}

function sharesCorrelation(calls: readonly CallForm[]): boolean | undefined {
  const events = calls.filter(isExtension);
  if (new Set(events.map(readEventType)).size < 2) return undefined;
  const isSame = (one: CallForm, other: CallForm) => context(one).correlationId === context(other).correlationId;
  return events.some((one) => events.some((other) => isSame(one, other) && readEventType(one) !== readEventType(other)));
}
