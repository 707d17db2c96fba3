import * as v from "valibot";
import { optionSchema } from "../../../engine/option-schema";
import type { Use } from "../../../engine/sign-up/rule";
import { assertRuleOptions, assertRuleValue, notAs, readElsewhere } from "../../../engine/sign-up/rule-options";
import type { CallContext, MakeCall, ServiceRequest } from "../../../engine/sign-up/service";
import { parseDuration, type Timeout, toMs } from "../../../engine/sign-up/time";
import { at } from "../../http/outbound";
import { VENDOR_TIMEOUT } from "../vendor-call";
import { replacedTimeLimit, sizeLimit, timeLimit } from "../vendor-options";
import { type Authentication, authenticationOption, isHeaderName, travelHeaders } from "./authentication";
import { DEFAULT_MAX_BYTES, exchange, readBy, systemName, systemUses } from "./exchange";
import { outgoing } from "./service-request";
import { fixedUrl } from "./url-template";

/** A service's address, and the authentication of calls to it. */
export interface ServiceOptions {
  /** The beginning of each call's URL: "https://crm.contoso.com/api". */
  readonly url: string;
  /** `basic`, `bearer`, `apiKey` or `oauth`. @default none */
  readonly authentication?: Authentication;
  /** The secret with the client certificate, as for `http`. @default none */
  readonly certificate?: string;
  /** Headers of each call. No secrets. @default none but `accept` */
  readonly headers?: Readonly<Record<string, string>>;
  /** Time for all calls of a rule for one sign-up, tokens and second tries included: `"1.5s"`, from 250ms to 18s. @default "3s" */
  readonly timeout?: Timeout;
  /** Bytes of the largest answer, 1 to 10485760. @default 65536, 64 KiB */
  readonly maxBytes?: number;
}

/** A system that rules call by its name. Created by `service`. */
export interface CallableService<Name extends string = string> {
  readonly service: Name;
  readonly timeout: Timeout;
  readonly url: string;
  readonly needs: readonly Use[];
  readonly call: MakeCall;
}

/**
 * Your own system, which a rule names in `uses` and calls with `services.call`. See
 * docs/recipes/call-a-service.md.
 * @throws TypeError for impossible options, RangeError for a limit out of range
 *
 * @example
 * defineRule(
 *   "active-partner",
 *   async ({ signUp: { email }, services }) => {
 *     const schema = v.object({ active: v.boolean() });
 *     const partner = await services.call("crm", { path: "/partners/{email}", params: { email }, schema, absent: [404] });
 *     return partner?.active ? pass() : block("partner.inactive");
 *   },
 *   { uses: [service("crm", { url: "https://crm.contoso.com", authentication: bearer("crm-token") })] },
 * )
 */
export function service<const Name extends string>(name: Name, options: ServiceOptions): CallableService<Name> {
  const what = `service "${name}"`;
  const { authentication, certificate, headers, timeout = VENDOR_TIMEOUT, maxBytes = DEFAULT_MAX_BYTES } = options;
  if (typeof GATEHOUSE_OPTIONS === "undefined") {
    assertRuleValue(what, name, systemName());
    assertRuleOptions(what, options, serviceOptions());
  }
  const timeoutMs = toMs(timeout);
  const base = fixedUrl(options.url, `${what}: url`);
  const needs = systemUses({ authentication, certificate }, what);
  const system = { name, authentication, certificate, maxBytes };
  const leftFor = limitTime(timeoutMs);

  async function call(request: ServiceRequest, context: CallContext): Promise<unknown> {
    const { schema, absent = [] } = request;
    const httpRequest = outgoing(request, base, what);
    const longestMs = Math.min(parseDuration(request.timeout) ?? timeoutMs, leftFor(context));
    const sentRequest = { ...httpRequest, url: at(httpRequest.url, name), headers: { ...headers, ...httpRequest.headers }, absent };
    return await exchange(system, sentRequest, context, longestMs, (response) =>
      schema === undefined ? true : readBy(schema, name, response),
    );
  }

  return {
    service: name,
    timeout,
    url: base.href,
    needs,
    call,
  };
}

/** Returns a function that returns how many milliseconds a rule has left. The time begins with the rule's first call of the service. */
function limitTime(timeoutMs: number): (context: CallContext) => number {
  const beginTimes = new WeakMap<CallContext, number>();
  return (context) => {
    const now = Date.now();
    const since = beginTimes.get(context) ?? now;
    beginTimes.set(context, since);
    return Math.max(since + timeoutMs - now, 0);
  };
}

function serviceOptions() {
  const headersFlaw = (headers: unknown) => Object.keys(headers as object).flatMap(headerProblem)[0];
  return optionSchema<ServiceOptions>(
    {
      url: v.pipe(
        v.string('url: this is no URL. Write it as "https://host/path".'),
        v.regex(/^[^?]*$/, "url has no query: write it into each call's query."),
        v.regex(/^[^{}]*$/, "url has no placeholder: each call's path has it."),
      ),
      authentication: authenticationOption(),
      certificate: v.optional(readElsewhere<string>()),
      headers: v.optional(
        v.pipe(
          v.record(v.string(), v.string(notAs("headers are texts")), notAs('headers takes an object like { "x-tenant": "contoso" }')),
          v.custom<NonNullable<ServiceOptions["headers"]>>(
            (input) => headersFlaw(input) === undefined,
            ({ input }) => headersFlaw(input) ?? "",
          ),
        ),
      ),
      timeout: timeLimit(),
      maxBytes: sizeLimit(),
    },
    replacedTimeLimit(),
  );
}

function headerProblem(name: string): readonly string[] {
  if (!isHeaderName(name)) return [`"${name}" is no name of a header.`];
  const lower = name.toLowerCase();
  if (travelHeaders.has(lower) || lower === "content-type") return [`the header ${name} is not yours to set.`];
  if (["authorization", "cookie", "proxy-authorization"].includes(lower)) {
    return [`the header ${name} holds a secret: use authentication, like bearer("…").`];
  }
  return [];
}
