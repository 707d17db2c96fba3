import type { StandardSchemaV1 } from "@standard-schema/spec";
import { assertKnown } from "../../../engine/sign-up/rule";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import { NotAsked, type Source } from "../../../engine/sign-up/source";
import { trusting } from "../../../engine/sign-up/trust";
import { at } from "../../http/outbound";
import { VENDOR_TIMEOUT_MS } from "../vendor-call";
import type { Authentication } from "./authentication";
import { DEFAULT_MAX_BYTES, exchange, readBy, systemProblems, systemUses } from "./exchange";
import { urlTemplate } from "./url-template";

/**
 * What to ask, how, and what the answer means.
 */
export interface HttpOptions<Schema extends StandardSchemaV1> {
  /**
   * Kebab-case: names the system in records, metrics, cases and stand-ins.
   * @default "http"
   */
  readonly name?: string;
  /** An https address, asked with GET, without keys in it. Path and query may contain `{email}` and attributes by short name, `{city}`. */
  readonly url: string;
  /**
   * `basic`, `bearer`, `apiKey` or `oauth`.
   * @default none
   */
  readonly authentication?: Authentication;
  /**
   * The secret with the client certificate: JSON with `certificate` and `privateKey` in PEM, or `pfx` in base64;
   * `passphrase` if there is one.
   * @default none
   */
  readonly certificate?: string;
  /** The form of the answer: a Standard Schema (standardschema.dev). */
  readonly schema: Schema;
  /** Turns an answer into attributes; undefined if the system does not know the person. */
  readonly attributes: (answer: StandardSchemaV1.InferOutput<Schema>) => Attributes | undefined;
  /**
   * Milliseconds for everything, including tokens and second tries, 250 to 18000.
   * @default 3000
   */
  readonly timeoutMs?: number;
  /**
   * Bytes of the largest answer, 1 to 10485760.
   * @default 65536, 64 KiB
   */
  readonly maxBytes?: number;
  /**
   * Identity providers trusted for addresses. Required if the URL has `{email}`: the system is not asked about people of
   * others, who could show somebody else's address. `lookup` and `permittedValue` stop them, unless `lookup`'s
   * `untrusted` says otherwise.
   * @default none
   */
  readonly trust?: readonly string[];
  /**
   * If a call fails or its answer does not fit the schema. "continue": the person goes on with what they typed. People
   * may be able to make a call fail: let a later rule look at the finding.
   */
  readonly onFailure: "continue" | "block";
}

/**
 * A system that `prefill`, `lookup` and `permittedValue` ask by HTTP, such as a CRM. 404 or 204 means that it does not
 * know the person. See docs/recipes/lookup.md.
 *
 * @remarks
 * It is not asked if the sign-up lacks a value that the URL needs, has one that a URL cannot contain, or uses a provider
 * that is not trusted for the address: each rule says what happens then. A failed call throws UpstreamError.
 * @throws TypeError for impossible options
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
 *   { only: ["extension_PartnerName"] },
 * )
 */
export function http<Schema extends StandardSchemaV1>(options: HttpOptions<Schema>): Source {
  const { name = "http", authentication, certificate, timeoutMs = VENDOR_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  assertKnown(`http "${name}"`, options, {
    name: true,
    url: true,
    authentication: true,
    certificate: true,
    schema: true,
    attributes: true,
    timeoutMs: true,
    maxBytes: true,
    trust: true,
    onFailure: true,
  });
  const urlFor = urlTemplate(options.url, `http "${name}": url`);
  for (const problem of problemsOf({ ...options, name, authentication, timeoutMs, maxBytes }))
    throw new TypeError(`http "${name}": ${problem}`);
  const asksByEmail = options.url.includes("{email}");
  const trusts = asksByEmail || options.trust !== undefined ? trusting(options.trust, `http "${name}"`) : undefined;
  const needs = systemUses({ authentication, certificate }, `http "${name}"`);

  return {
    name,
    uses: [{ service: name, timeLimitMs: timeoutMs, origin: new URL(options.url).origin }, ...needs],
    onFailure: options.onFailure,
    asks: urlFor.names.filter((each) => each !== "email"),
    ...(options.trust !== undefined && { trust: options.trust }),
    async find(signUp, context) {
      if (trusts?.(signUp) === false) return new NotAsked("untrusted");
      const url = urlFor(signUp);
      if (url instanceof NotAsked) return url;
      const system = { name, authentication, certificate, maxBytes };
      const request = { url: at(url, name), method: "GET", absent: [204, 404] } as const;
      return await exchange(system, request, context, timeoutMs, async (response) =>
        options.attributes(await readBy(options.schema, name, response)),
      );
    },
  };
}

function problemsOf(given: HttpOptions<StandardSchemaV1> & Parameters<typeof systemProblems>[0]): readonly string[] {
  const { schema, attributes, onFailure } = given;
  return [
    ...(schema?.["~standard"]?.version === 1 ? [] : ["schema takes a Standard Schema, like v.object({ … }) of valibot."]),
    ...(typeof attributes === "function" ? [] : ["attributes takes a function from the answer to attributes."]),
    ...(["continue", "block"].includes(onFailure) ? [] : ['onFailure is "continue" or "block": it has no default.']),
    ...systemProblems(given),
  ];
}
