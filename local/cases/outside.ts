import { AsyncLocalStorage } from "node:async_hooks";
import { channel } from "node:diagnostics_channel";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { Readable, Writable } from "node:stream";
import tls from "node:tls";
import { endpointVariable } from "../../adapters/aws/environment";
import { UpstreamError } from "../../engine/sign-up/failure";
import { isTokenRequest } from "../stand-ins/token-request";
import type { Answers, RecordedAnswer } from "./format";
import { notingFetch } from "./loose-ends";

// Whatever a rule calls while a case runs is answered here: by Gatehouse's own client, by fetch, or by a package's.

/** A call that a rule made. */
export interface MadeCall {
  /** As the policy names it; the host's name where a rule names none. */
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** A system that a rule names, and where it is if the rule says so. */
export interface NamedService {
  readonly service: string;
  readonly url?: string;
  readonly timeLimitMs?: number;
}

/** The outside systems during one case. */
export class Outside {
  readonly calls: MadeCall[] = [];
  /** The first call that the case has no answer to. */
  unanswered: MadeCall | undefined;
  readonly #given = new Map<string, number>();

  /**
   * @param skip lets time pass
   * @param recorded answers to the calls in their order, whatever the system is called, in place of those by name
   */
  constructor(
    private readonly answers: Answers,
    private readonly skip: (milliseconds: number) => void,
    private readonly recorded?: readonly RecordedAnswer[],
  ) {}

  /** @param services those that the rule at work names */
  answer(
    services: readonly NamedService[],
    method: string,
    url: URL,
    body: string,
  ): { readonly service: string; readonly answer: RecordedAnswer } {
    const service = this.#serviceOf(services, url);
    // Fetching a token does not count as a call.
    if (isTokenRequest(method, body)) return { service, answer: TOKEN };
    const call = { service, method, url: url.href, body };
    this.calls.push(call);
    const answer = this.#next(service);
    if (answer === undefined) {
      this.unanswered ??= call;
      return { service, answer: "refused" };
    }
    const limitMs = services.find((each) => each.service === service)?.timeLimitMs ?? Number.POSITIVE_INFINITY;
    const { afterMs = 0 } = typeof answer === "string" ? {} : answer;
    this.skip(Math.min(afterMs, limitMs));
    return { service, answer: afterMs > limitMs ? "timeout" : answer };
  }

  #serviceOf(services: readonly NamedService[], { host, hostname, href }: URL): string {
    const byHost = [host, hostname].find((name) => Object.hasOwn(this.answers, name));
    if (byHost !== undefined) return byHost;
    // Of two at one host, the one whose paths go deeper.
    const placed = services.filter(({ url }) => url !== undefined && href.startsWith(url));
    const [byUrl] = placed.sort((one, other) => (other.url?.length ?? 0) - (one.url?.length ?? 0));
    if (byUrl !== undefined) return byUrl.service;
    const [only, ...others] = services;
    return only !== undefined && others.length === 0 ? only.service : host;
  }

  #next(service: string): RecordedAnswer | undefined {
    if (this.recorded !== undefined) return this.recorded[this.calls.length - 1];
    const recorded = Object.hasOwn(this.answers, service) ? this.answers[service] : undefined;
    if (!Array.isArray(recorded)) return recorded as RecordedAnswer | undefined;
    const place = this.#given.get(service) ?? 0;
    this.#given.set(service, place + 1);
    return recorded[place] as RecordedAnswer | undefined;
  }
}

/** Gone at once: a token kept from one case to the next would let calls fall out. */
const TOKEN: RecordedAnswer = { body: { access_token: "a-token", token_type: "Bearer", expires_in: 0 } };

/** The rule at work in a case. */
interface AtWork {
  readonly outside: Outside;
  readonly services: readonly NamedService[];
}

const atWork = new AsyncLocalStorage<AtWork>();

/** Runs a rule so that what it calls is answered by the case. */
export function answeredBy<T>(outside: Outside, services: readonly NamedService[], work: () => T): T {
  intercept();
  // The DNS is asked by other means than those intercepted: by one of them, a case answers. Set each time, as others may unset it.
  process.env[endpointVariable("dns")] ??= "http://dns.invalid";
  return atWork.run({ outside, services }, work);
}

let isIntercepted = false;

/** Once for the process; what runs outside of a case goes its usual way. */
function intercept(): void {
  if (isIntercepted) return;
  isIntercepted = true;
  for (const module of [http, https]) {
    const scheme = module === http ? "http:" : "https:";
    const request = module.request as (...args: unknown[]) => ClientRequest;
    const intercepted = (...args: unknown[]) => {
      const work = atWork.getStore();
      return work === undefined ? request(...args) : (new RecordedRequest(work, scheme, args) as unknown as ClientRequest);
    };
    Object.assign(module, {
      request: intercepted,
      get: (...args: unknown[]) => {
        const made = intercepted(...args);
        made.end();
        return made;
      },
    });
  }
  // For `import { request } from "node:https"` in modules that are not compiled to CommonJS.
  syncBuiltinESMExports();
  const { createSecureContext } = tls;
  // The certificate in a case's secret is an example.
  tls.createSecureContext = (options) => createSecureContext(atWork.getStore() === undefined ? options : undefined);
  const { fetch } = globalThis;
  globalThis.fetch = notingFetch(async (...args: Parameters<typeof fetch>) => {
    const work = atWork.getStore();
    return work === undefined ? await fetch(...args) : await recordedResponse(work, new Request(...args));
  });
}

async function recordedResponse({ outside, services }: AtWork, request: Request): Promise<Response> {
  const { service, answer } = outside.answer(services, request.method, new URL(request.url), await request.text());
  if (typeof answer === "string") throw failureOf(service, answer);
  const { status, body, headers } = wholeOf(answer);
  // The platform allows these no body.
  return status === 204 || status === 304 ? new Response(undefined, { status, headers }) : new Response(body, { status, headers });
}

/** As node:http makes them, as far as clients look. */
class RecordedRequest extends Writable {
  readonly #chunks: Buffer[] = [];
  readonly #url: URL;
  readonly #method: string;

  constructor(
    private readonly work: AtWork,
    scheme: string,
    args: readonly unknown[],
  ) {
    super({ autoDestroy: false });
    const [first, second] = args;
    const options = (isOptions(first) ? first : isOptions(second) ? second : {}) as http.RequestOptions;
    this.#url = isOptions(first) ? urlOf(options, scheme) : new URL(first instanceof URL ? first.href : String(first));
    this.#method = options.method ?? "GET";
    const listener = args.findLast((arg) => typeof arg === "function");
    if (listener !== undefined) this.once("response", listener as (response: IncomingMessage) => void);
  }

  get host(): string {
    return this.#url.host;
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    const { outside, services } = this.work;
    const { service, answer } = outside.answer(services, this.#method, this.#url, Buffer.concat(this.#chunks).toString());
    channel("http.client.request.created").publish({ request: this });
    setImmediate(() => {
      channel("http.client.response.finish").publish({ request: this });
      if (typeof answer === "string") this.emit("error", failureOf(service, answer));
      else this.emit("response", incoming(answer));
    });
  }

  setTimeout(): this {
    return this;
  }
  setNoDelay(): void {}
  setSocketKeepAlive(): void {}
  setHeader(): this {
    return this;
  }
  abort(): void {
    this.destroy();
  }
}

function isOptions(value: unknown): value is http.RequestOptions {
  return typeof value === "object" && value !== null && !(value instanceof URL);
}

function urlOf({ protocol, hostname, host, port, path }: http.RequestOptions, scheme: string): URL {
  return new URL(path ?? "/", `${protocol ?? scheme}//${hostname ?? host ?? "localhost"}${port ? `:${port}` : ""}`);
}

function incoming(answer: Exclude<RecordedAnswer, string>): Readable {
  const { status, headers, body } = wholeOf(answer);
  return Object.assign(Readable.from([Buffer.from(body)]), { statusCode: status, statusMessage: "", headers });
}

function wholeOf({ status = 200, body = "", headers = {} }: Exclude<RecordedAnswer, string>): Whole {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = text.trimStart().startsWith("<") ? "application/xml" : "application/json";
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { status, headers: { "content-type": type, ...named }, body: text };
}

interface Whole {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The error of Gatehouse's own client, and the code that others read. */
function failureOf(service: string, fault: Extract<RecordedAnswer, string>): Error {
  if (fault === "timeout") return Object.assign(new UpstreamError({ service, kind: "timeout" }), { code: "ETIMEDOUT" });
  const cause = { code: "ECONNREFUSED" };
  return Object.assign(new TypeError("fetch failed", { cause }), cause);
}
