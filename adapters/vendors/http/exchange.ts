import type { StandardSchemaV1 } from "@standard-schema/spec";
import * as v from "valibot";
import { UpstreamError } from "../../../engine/sign-up/failure";
import { isKebabCase, type Use } from "../../../engine/sign-up/rule";
import type { CallContext } from "../../../engine/sign-up/service";
import { DeadlineError, deadlineIn } from "../../../engine/sign-up/time";
import { certificateShape, checkedSecretName, type Keyring, readSecretCertificate, withSecrets } from "../../aws/secret-members";
import { cameInstead, type OutboundRequest, type OutboundResponse, parseJsonBody, send } from "../../http/outbound";
import { systemClock } from "../../system";
import type { Authentication, OutgoingCall } from "./authentication";

export interface HttpSystem {
  readonly name: string;
  readonly authentication: Authentication | undefined;
  /** The secret with the client certificate. */
  readonly certificate: string | undefined;
  readonly maxBytes: number;
}

/** Names that a policy's system cannot have, because `npm start` uses them for something else. */
const takenNames = new Set(["idology", "experian", "dns", "oauth", "graph", "login", "openid"]);

export const DEFAULT_MAX_BYTES = 65_536;

export const systemName = () =>
  v.pipe(
    v.custom<string>(isKebabCase, 'the name is kebab-case, like "crm".'),
    v.custom<string>(
      (name) => !takenNames.has(String(name)),
      ({ input }) => `npm start knows something else by the name ${input}. Take another, like "${input}-own".`,
    ),
  );

/** Throws TypeError for an impossible name of the certificate's secret. */
export function systemUses(
  { authentication, certificate }: Pick<HttpSystem, "authentication" | "certificate">,
  what: string,
): readonly Use[] {
  if (certificate !== undefined) checkedSecretName(certificate, `${what}: certificate`);
  return [...(authentication?.uses ?? []), ...(certificate === undefined ? [] : [{ secret: certificate, shape: certificateShape }])];
}

export interface HttpRequest extends Pick<OutboundRequest, "url" | "method" | "headers" | "body" | "isRepeatable"> {
  readonly absent?: readonly number[];
}

/** Milliseconds of the step's remaining time that no request may use. So a timeout counts as this system's, and not as the whole step's. */
const RESERVE_MS = 100;

/**
 * Sends one request within `longestMs` and the sign-up's own time. Returns undefined if the requested object does not exist. If
 * `authentication.forget` exists, tries once more after a 401, with fresh credentials. Throws UpstreamError.
 * @param read converts the answer, within the same time
 */
export async function exchange<T>(
  system: HttpSystem,
  request: HttpRequest,
  context: CallContext,
  longestMs: number,
  read: (response: OutboundResponse) => Promise<T> | T,
): Promise<T | undefined> {
  const deadline = deadlineIn(Math.min(longestMs, context.remainingMs() - RESERVE_MS), systemClock);
  try {
    return await deadline.hold(async () => {
      const signal = AbortSignal.any([context.signal, deadline.signal]);
      const callContext = { ...context, signal, remainingMs: () => deadline.remainingMs() };
      const response = await withSecrets(
        system.name,
        callContext,
        async (keyring) => await sendAuthenticated(system, request, await createOutgoingCall(system, context, callContext, keyring)),
      );
      return response === undefined || request.absent?.includes(response.status) ? undefined : await readable(request, response, read);
    });
  } catch (error) {
    throw error instanceof DeadlineError ? new UpstreamError({ service: system.name, kind: "timeout" }) : error;
  } finally {
    deadline.clear();
  }
}

async function readable<T>(
  request: HttpRequest,
  response: OutboundResponse,
  read: (response: OutboundResponse) => Promise<T> | T,
): Promise<T> {
  try {
    return await read(response);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const failure = cameInstead(error.failure, request, response);
    throw failure === error.failure ? error : new UpstreamError(failure);
  }
}

async function sendAuthenticated(
  system: HttpSystem,
  request: HttpRequest,
  call: OutgoingCall,
  tries = 2,
): Promise<OutboundResponse | undefined> {
  const { authentication, maxBytes } = system;
  const { absent, ...sent } = request;
  const headers = { accept: "application/json", ...request.headers, ...(await authentication?.headers(call)) };
  try {
    return await call.send({ ...sent, headers, maxBytes });
  } catch (error) {
    const status = error instanceof UpstreamError ? error.failure.status : undefined;
    if (status === 401 && authentication?.forget !== undefined) {
      authentication.forget();
      if (tries > 1) return await sendAuthenticated(system, request, call, tries - 1);
    }
    if (saysAbsent(error, absent)) return undefined;
    throw error;
  }
}

async function createOutgoingCall(
  { name, certificate }: HttpSystem,
  context: CallContext,
  { signal, remainingMs }: CallContext,
  keyring: Keyring,
): Promise<OutgoingCall> {
  const certificateOption = certificate === undefined ? {} : { certificate: await readSecretCertificate(keyring, certificate) };
  return {
    ...keyring,
    send: (request) =>
      send(
        { ...request, ...certificateOption, service: name, timeoutMs: remainingMs() },
        { signal, remainingMs: () => context.remainingMs() },
      ),
  };
}

function saysAbsent(error: unknown, statuses: readonly number[] = []): boolean {
  if (!(error instanceof UpstreamError)) return false;
  const { kind, status } = error.failure;
  return status !== undefined && statuses.includes(status) && ["failed", "unauthorised", "throttled"].includes(kind);
}

/**
 * Checks the answer against the schema. If the schema refuses it, throws an UpstreamError that names the refused place, but not the value
 * there.
 */
export async function readBy<Schema extends StandardSchemaV1>(
  schema: Schema,
  name: string,
  response: OutboundResponse,
): Promise<StandardSchemaV1.InferOutput<Schema>> {
  const result = await schema["~standard"].validate(parseJsonBody(name, response));
  if (result.issues === undefined) return result.value as StandardSchemaV1.InferOutput<Schema>;
  const place = formatIssuePath(result.issues[0]?.path);
  // The schema's message would quote the answer.
  throw new UpstreamError({ service: name, kind: "unexpected", status: response.status, ...(place !== "" && { at: place }) });
}

/** Returns a path such as "partner.seats[]". Replaces a part that may be somebody's value, and not a member's name, with "*". */
function formatIssuePath(path: StandardSchemaV1.Issue["path"] = []): string {
  const keys = path.map((each) => (typeof each === "object" ? each.key : each));
  const words = keys.map((key) => (typeof key === "number" ? "[]" : `.${/^[a-z_]\w{0,39}$/i.test(String(key)) ? String(key) : "*"}`));
  return words.join("").replace(/^\./, "");
}
