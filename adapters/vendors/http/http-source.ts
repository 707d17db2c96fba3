import type { StandardSchemaV1 } from "@standard-schema/spec";
import * as v from "valibot";
import { optionSchema } from "../../../engine/option-schema";
import { assertRuleOptions, readElsewhere } from "../../../engine/sign-up/rule-options";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import { NotAsked, type Source } from "../../../engine/sign-up/source";
import { type Timeout, toMs } from "../../../engine/sign-up/time";
import { narrowing, trusting } from "../../../engine/sign-up/trust";
import { at } from "../../http/outbound";
import { VENDOR_TIMEOUT } from "../vendor-call";
import { replacedTimeLimit, sizeLimit, timeLimit } from "../vendor-options";
import { type Authentication, authenticationOption } from "./authentication";
import { DEFAULT_MAX_BYTES, exchange, readBy, systemName, systemUses } from "./exchange";
import { urlTemplate } from "./url-template";

/** A request to a system, and the meaning of its answer. */
export interface HttpOptions<Schema extends StandardSchemaV1> {
  /** Kebab-case: names the system in records, metrics, cases and stand-ins. @default "http" */
  readonly name?: string;
  /**
   * The https address, requested with GET. It must not contain a key. Path and query may contain `{email}` and attributes by short name,
   * such as `{city}`.
   */
  readonly url: string;
  /** `basic`, `bearer`, `apiKey` or `oauth`. @default none */
  readonly authentication?: Authentication;
  /**
   * The secret with the client certificate: `certificate` and `privateKey` in PEM, or `pfx` in base64; `passphrase` if any.
   * @default none
   */
  readonly certificate?: string;
  /** The form of the answer: a Standard Schema (standardschema.dev). */
  readonly schema: Schema;
  /** Turns an answer into attributes; undefined for an unknown person. */
  readonly attributes: (answer: StandardSchemaV1.InferOutput<Schema>) => Attributes | undefined;
  /** Time for everything, including tokens and second tries: `"1.5s"`, from 250ms to 18s. @default "3s" */
  readonly timeout?: Timeout;
  /** Bytes of the largest answer, 1 to 10485760. @default 65536, 64 KiB */
  readonly maxBytes?: number;
  /**
   * Identity providers to trust, among those in the step's `trust`. If this option is set, or if the URL contains `{email}`, the system is
   * asked only about people of trusted providers.
   * @default the step's `trust` if the URL contains `{email}`, else every provider
   */
  readonly trust?: readonly string[];
  /** The result of a failed call, or of an answer that does not fit the schema. "continue": the person goes on with what they typed. */
  readonly onFailure: "continue" | "block";
}

/**
 * A system that `prefill`, `lookup` and `permittedValue` ask by HTTP, such as a CRM. The answers 404 and 204 mean that the system does not
 * know the person. See docs/recipes/lookup.md.
 *
 * @remarks
 * The system is not asked if the sign-up lacks a value that the URL needs, or has one that a URL cannot contain. Nor is it asked if the
 * sign-up uses a provider that is not trusted for the address. Each rule says what happens then. A failed call throws UpstreamError.
 * @throws TypeError for impossible options, RangeError for a limit out of range
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
  const { name = "http", authentication, certificate, timeout = VENDOR_TIMEOUT, maxBytes = DEFAULT_MAX_BYTES } = options;
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions(`http "${name}"`, options, httpOptions<Schema>());
  const urlFor = urlTemplate(options.url, `http "${name}": url`);
  const asksByEmail = options.url.includes("{email}");
  const trusts = asksByEmail || options.trust !== undefined ? trusting(options.trust, `http "${name}"`) : undefined;
  const needs = systemUses({ authentication, certificate }, `http "${name}"`);

  return {
    name,
    uses: [{ service: name, timeout, origin: new URL(options.url).origin }, ...needs],
    onFailure: options.onFailure,
    asks: urlFor.names.filter((each) => each !== "email"),
    byAddress: trusts !== undefined,
    ...narrowing(options.trust, `http "${name}"`),
    async find(signUp, context) {
      if (trusts?.(signUp) === false) return new NotAsked("untrusted");
      const url = urlFor(signUp);
      if (url instanceof NotAsked) return url;
      const system = { name, authentication, certificate, maxBytes };
      const request = { url: at(url, name), method: "GET", absent: [204, 404] } as const;
      return await exchange(system, request, context, toMs(timeout), async (response) =>
        options.attributes(await readBy(options.schema, name, response)),
      );
    },
  };
}

function httpOptions<Schema extends StandardSchemaV1>() {
  return optionSchema<HttpOptions<Schema>>(
    {
      name: v.optional(systemName()),
      url: readElsewhere<string>(),
      authentication: authenticationOption(),
      certificate: v.optional(readElsewhere<string>()),
      schema: v.custom<Schema>(
        (input) => (input as Partial<StandardSchemaV1> | undefined)?.["~standard"]?.version === 1,
        "schema takes a Standard Schema, like v.object({ … }) of valibot.",
      ),
      attributes: v.custom<HttpOptions<Schema>["attributes"]>(
        (input) => typeof input === "function",
        "attributes takes a function from the answer to attributes.",
      ),
      timeout: timeLimit(),
      maxBytes: sizeLimit(),
      trust: v.optional(readElsewhere<readonly string[]>()),
      onFailure: v.picklist(["continue", "block"], 'onFailure is "continue" or "block": it has no default.'),
    },
    replacedTimeLimit(),
  );
}
