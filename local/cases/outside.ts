import { AsyncLocalStorage } from "node:async_hooks";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { Readable, Writable } from "node:stream";
import tls from "node:tls";
import { endpointVariable } from "../../adapters/aws/environment";
import { UpstreamError } from "../../engine/sign-up/failure";
import { parseDuration, type Timeout } from "../../engine/sign-up/time";
import { isTokenRequest } from "../stand-ins/outside-system";
import type { Answers, RecordedAnswer } from "./format";
import { note, notingFetch } from "./loose-ends";

// This module answers every call that a rule makes in a case, whether the rule uses Gatehouse's own client, `fetch` or a package.

export interface MadeCall {
  /** The name in the policy; the host if that name is not known. */
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

export interface NamedService {
  readonly service: string;
  readonly url?: string;
  readonly timeout?: Timeout;
}

export class Outside {
  readonly calls: MadeCall[] = [];
  unanswered: MadeCall | undefined;
  readonly #given = new Map<string, number>();

  /** @param skip advances the time @param recordedAnswers replaces `answers`; each call gets the next one, whatever system is called */
  constructor(
    private readonly answers: Answers,
    private readonly skip: (milliseconds: number) => void,
    private readonly recordedAnswers?: readonly RecordedAnswer[],
  ) {}

  /** @param services systems that the running rule names */
  answer(
    services: readonly NamedService[],
    method: string,
    url: URL,
    body: string,
  ): { readonly service: string; readonly answer: RecordedAnswer } {
    const service = this.#serviceOf(services, url);
    // A token request does not count as a call.
    if (isTokenRequest(method, body)) return { service, answer: TOKEN };
    const call = { service, method, url: url.href, body };
    this.calls.push(call);
    const answer = this.#next(service);
    if (answer === undefined) {
      this.unanswered ??= call;
      return { service, answer: "refused" };
    }
    const limitMs = parseDuration(services.find((each) => each.service === service)?.timeout) ?? Number.POSITIVE_INFINITY;
    const { afterMs = 0 } = typeof answer === "string" ? {} : answer;
    this.skip(Math.min(afterMs, limitMs));
    return { service, answer: afterMs > limitMs ? "timeout" : answer };
  }

  #serviceOf(services: readonly NamedService[], { host, hostname, href }: URL): string {
    const byHost = [host, hostname].find((name) => Object.hasOwn(this.answers, name));
    if (byHost !== undefined) return byHost;
    // The longest matching URL wins.
    const matches = services.filter(({ url }) => url !== undefined && href.startsWith(url));
    const [byUrl] = matches.sort((one, other) => (other.url?.length ?? 0) - (one.url?.length ?? 0));
    if (byUrl !== undefined) return byUrl.service;
    const [only, ...others] = services;
    return only !== undefined && others.length === 0 ? only.service : host;
  }

  #next(service: string): RecordedAnswer | undefined {
    if (this.recordedAnswers !== undefined) return this.recordedAnswers[this.calls.length - 1];
    const recordedAnswer = Object.hasOwn(this.answers, service) ? this.answers[service] : undefined;
    if (!Array.isArray(recordedAnswer)) return recordedAnswer as RecordedAnswer | undefined;
    const place = this.#given.get(service) ?? 0;
    this.#given.set(service, place + 1);
    return recordedAnswer[place] as RecordedAnswer | undefined;
  }
}

/** The token expires at once, so that a client does not keep it for later cases. */
const TOKEN: RecordedAnswer = { body: { access_token: "a-token", token_type: "Bearer", expires_in: 0 } };

interface AtWork {
  readonly outside: Outside;
  readonly services: readonly NamedService[];
}

const atWork = new AsyncLocalStorage<AtWork>();

export function answeredBy<T>(outside: Outside, services: readonly NamedService[], work: () => T): T {
  intercept();
  // DNS lookups are not intercepted: this variable makes Gatehouse send them as HTTP calls. Set at each run, because other code may unset
  // it.
  process.env[endpointVariable("dns")] ??= "http://dns.invalid";
  return atWork.run({ outside, services }, work);
}

let isIntercepted = false;

/** Replaces the functions that make calls, once for the process. Calls outside a case are unchanged. */
function intercept(): void {
  if (isIntercepted) return;
  isIntercepted = true;
  for (const module of [http, https]) {
    const scheme = module === http ? "http:" : "https:";
    const request = module.request as (...args: unknown[]) => ClientRequest;
    const interceptRequest = (...args: unknown[]) => {
      const work = atWork.getStore();
      return work === undefined ? request(...args) : (new RecordedRequest(work, scheme, args) as unknown as ClientRequest);
    };
    Object.assign(module, {
      request: interceptRequest,
      get: (...args: unknown[]) => {
        const clientRequest = interceptRequest(...args);
        clientRequest.end();
        return clientRequest;
      },
    });
  }
  // This call is for `import { request } from "node:https"` in modules that are not compiled to CommonJS.
  syncBuiltinESMExports();
  const { createSecureContext } = tls;
  // Ignores the options in a case: the certificate in a case's secret is only an example.
  tls.createSecureContext = (options) => createSecureContext(atWork.getStore() === undefined ? options : undefined);
  const { fetch } = globalThis;
  globalThis.fetch = notingFetch(async (...args: Parameters<typeof fetch>) => {
    const work = atWork.getStore();
    return work === undefined ? await fetch(...args) : await recordedResponse(work, new Request(...args));
  });
}

async function recordedResponse({ outside, services }: AtWork, request: Request): Promise<Response> {
  const { service, answer } = outside.answer(services, request.method, new URL(request.url), await request.text());
  if (typeof answer === "string") throw buildClientError(service, answer);
  const { status, body, headers } = completeAnswer(answer);
  // The constructor of `Response` throws if a response with one of these statuses has a body.
  return status === 204 || status === 304 ? new Response(undefined, { status, headers }) : new Response(body, { status, headers });
}

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
    const { protocol, hostname, host, port, path } = options;
    this.#url = isOptions(first)
      ? new URL(path ?? "/", `${protocol ?? scheme}//${hostname ?? host ?? "localhost"}${port ? `:${port}` : ""}`)
      : new URL(first instanceof URL ? first.href : String(first));
    this.#method = options.method ?? "GET";
    const listener = args.findLast((arg) => typeof arg === "function");
    if (listener !== undefined) this.once("response", listener as (response: IncomingMessage) => void);
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, callback: () => void): void {
    this.#chunks.push(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    callback();
  }

  override _final(callback: () => void): void {
    callback();
    const { outside, services } = this.work;
    const { service, answer } = outside.answer(services, this.#method, this.#url, Buffer.concat(this.#chunks).toString());
    const closing = new Promise<void>((resolve) => {
      this.once("close", resolve);
      setImmediate(resolve);
    });
    note({ host: this.#url.host, isGivenUp: () => this.destroyed }, closing);
    setImmediate(() => {
      if (typeof answer === "string") {
        this.emit("error", buildClientError(service, answer));
        return;
      }
      const { status, headers, body } = completeAnswer(answer);
      this.emit("response", Object.assign(Readable.from([Buffer.from(body)]), { statusCode: status, statusMessage: "", headers }));
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

function completeAnswer({ status = 200, body = "", headers = {} }: Exclude<RecordedAnswer, string>): Whole {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = text.trimStart().startsWith("<") ? "application/xml" : "application/json";
  const headersByName = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { status, headers: { "content-type": type, ...headersByName }, body: text };
}

interface Whole {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * For a timeout, returns the error of Gatehouse's own client; for a refused connection, the error of `fetch`. Each error has the `code`
 * that other clients check.
 */
function buildClientError(service: string, fault: Extract<RecordedAnswer, string>): Error {
  if (fault === "timeout") return Object.assign(new UpstreamError({ service, kind: "timeout" }), { code: "ETIMEDOUT" });
  const cause = { code: "ECONNREFUSED" };
  return Object.assign(new TypeError("fetch failed", { cause }), cause);
}
