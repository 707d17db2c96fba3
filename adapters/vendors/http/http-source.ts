import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Deadline, DeadlineError, deadlineIn } from "../../../engine/sign-up/deadline";
import type { Context } from "../../../engine/sign-up/rule";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import type { Source } from "../../../engine/sign-up/source";
import { trusting } from "../../../engine/sign-up/trust";
import { UpstreamError } from "../../../engine/sign-up/upstream";
import { certificateOf, certificateShape, checkedSecretName, keyringFor } from "../../aws/secret-members";
import { at, jsonOf, type OutboundResponse, send } from "../../http/outbound";
import { systemClock } from "../../system";
import type { Authentication, OutgoingCall } from "./authentication";
import { urlTemplate } from "./url-template";

/**
 * What to ask, how, and what the answer means.
 */
export interface HttpOptions<Schema extends StandardSchemaV1> {
  /**
   * kebab-case: names the system in records, metrics and troubles.
   * @default "http"
   */
  readonly name?: string;
  /** Asked with GET. `{email}` and `{attribute}`, by its short name, may stand in path and query. */
  readonly url: string;
  /**
   * `basic`, `bearer`, `apiKey` or `oauth`.
   * @default none
   */
  readonly authentication?: Authentication;
  /**
   * The secret with the client certificate to show: JSON with `certificate` and `privateKey` in PEM, or `pfx` in base64;
   * `passphrase` if there is one.
   * @default none
   */
  readonly certificate?: string;
  /** What the answer has to look like, in any library that speaks Standard Schema (standardschema.dev). */
  readonly schema: Schema;
  /** The attributes that an answer comes to; undefined if it knows nothing. */
  readonly attributes: (answer: StandardSchemaV1.InferOutput<Schema>) => Attributes | undefined;
  /**
   * Longest time for all of it, tokens and second tries included, in milliseconds.
   * @default 3000
   */
  readonly timeoutMs?: number;
  /**
   * A longer answer is refused.
   * @default 65536, 64 KiB
   */
  readonly maxBytes?: number;
  /**
   * Identity providers whose word for an e-mail address you take: `["mail", "google.com"]`. Needed where the URL asks by
   * `{email}`: people who signed in elsewhere are not looked for, or whoever shows an address would read what is known of
   * somebody else.
   */
  readonly trust?: readonly string[];
  /** What becomes of a sign-up when it cannot be asked, or answers what the schema does not know. */
  readonly onFailure: "continue" | "block";
}

const DEFAULT_TIMEOUT_MS = 3_000;
/** Below that, not even a connection is made in time. */
const SHORTEST_TIMEOUT_MS = 250;
const DEFAULT_MAX_BYTES = 65_536;
/** Kept back from the engine's deadline, so that a failure is this source's and not the whole step's. */
const RESERVE_MS = 100;

/**
 * A system that is asked by HTTP, a CRM or a partner directory, for `prefill`, `lookup` and `permittedValue`. It knows nothing
 * of a person where it answers 404 or 204, and is not asked where the sign-up lacks a value that the URL needs.
 * Throws TypeError for options that cannot be meant; asking throws UpstreamError. See docs/recipes/lookup.md.
 *
 * @example
 * lookup(
 *   http({
 *     url: "https://crm.contoso.com/partners/{extension_PartnerNumber}",
 *     authentication: bearer("crm"),
 *     schema: v.object({ name: v.string() }),
 *     attributes: ({ name }) => ({ extension_PartnerName: name }),
 *     onFailure: "block",
 *   }),
 * )
 */
export function http<Schema extends StandardSchemaV1>(options: HttpOptions<Schema>): Source {
  const { name = "http", authentication, certificate, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  const urlFor = urlTemplate(options.url, `http "${name}": url`);
  for (const problem of problemsOf({ ...options, name, timeoutMs, maxBytes })) throw new TypeError(`http "${name}": ${problem}`);
  const asksByEmail = options.url.includes("{email}");
  const trusts = asksByEmail || options.trust !== undefined ? trusting(options.trust, `http "${name}"`) : undefined;
  if (certificate !== undefined) checkedSecretName(certificate, `http "${name}": certificate`);

  return {
    name,
    uses: [
      { service: name, timeLimitMs: timeoutMs },
      ...(authentication?.uses ?? []),
      ...(certificate === undefined ? [] : [{ secret: certificate, shape: certificateShape }]),
    ],
    onFailure: options.onFailure,
    async find(signUp, context) {
      const url = trusts?.(signUp) === false ? undefined : urlFor(signUp);
      if (url === undefined) return undefined;
      const deadline = deadlineIn(Math.min(timeoutMs, context.remainingMs() - RESERVE_MS), systemClock);
      try {
        return await deadline.hold(async () => {
          const call = await callOf({ name, certificate }, context, deadline);
          const response = await ask(at(url, "http"), call, { authentication, maxBytes });
          return response === undefined || response.status === 204 ? undefined : await meaningOf(response, name, options);
        });
      } catch (error) {
        throw error instanceof DeadlineError ? new UpstreamError({ service: name, kind: "timeout" }) : error;
      } finally {
        deadline.clear();
      }
    },
  };
}

/** The answer; undefined for 404. A 401 is tried once more with credentials read anew. */
async function ask(
  url: URL,
  call: OutgoingCall,
  options: Pick<HttpOptions<StandardSchemaV1>, "authentication"> & { readonly maxBytes: number },
  tries = 2,
): Promise<OutboundResponse | undefined> {
  const { authentication, maxBytes } = options;
  const headers = { accept: "application/json", ...(await authentication?.headers(call)) };
  try {
    return await call.send({ url, method: "GET", headers, maxBytes });
  } catch (error) {
    const status = error instanceof UpstreamError ? error.failure.status : undefined;
    if (status === 404) return undefined;
    if (status !== 401 || authentication?.forget === undefined) throw error;
    authentication.forget();
    if (tries === 1) throw error;
    return await ask(url, call, options, tries - 1);
  }
}

async function callOf(
  { name, certificate }: { readonly name: string; readonly certificate: string | undefined },
  context: Context,
  deadline: Deadline,
): Promise<OutgoingCall> {
  const signal = AbortSignal.any([context.signal, deadline.signal]);
  const keyring = keyringFor(name, context);
  const shown = certificate === undefined ? {} : { certificate: await certificateOf(keyring, certificate) };
  return {
    ...keyring,
    send: (request) =>
      send(
        { ...request, ...shown, service: name, timeoutMs: deadline.remainingMs() },
        { signal, remainingMs: () => context.remainingMs() },
      ),
  };
}

async function meaningOf<Schema extends StandardSchemaV1>(
  response: OutboundResponse,
  name: string,
  { schema, attributes }: HttpOptions<Schema>,
): Promise<Attributes | undefined> {
  const result = await schema["~standard"].validate(jsonOf(name, response));
  // What the schema says of it would quote it.
  if (result.issues !== undefined) throw new UpstreamError({ service: name, kind: "unexpected", status: response.status });
  return attributes(result.value as StandardSchemaV1.InferOutput<Schema>);
}

function problemsOf(given: HttpOptions<StandardSchemaV1> & { readonly name: string }): readonly string[] {
  const { name, schema, attributes, onFailure, timeoutMs = 0, maxBytes = 0 } = given;
  return [
    ...(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) ? [] : ['the name is kebab-case, like "crm".']),
    ...(schema?.["~standard"]?.version === 1 ? [] : ["schema takes a Standard Schema, like v.object({ … }) of valibot."]),
    ...(typeof attributes === "function" ? [] : ["attributes takes a function from the answer to attributes."]),
    ...(["continue", "block"].includes(onFailure) ? [] : ['onFailure is "continue" or "block": it has no default.']),
    ...(timeoutMs >= SHORTEST_TIMEOUT_MS ? [] : [`timeoutMs is ${timeoutMs}; it must be ${SHORTEST_TIMEOUT_MS} or more.`]),
    ...(maxBytes >= 1 ? [] : [`maxBytes is ${maxBytes}; it must be 1 or more.`]),
  ];
}
