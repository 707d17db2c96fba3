import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { join } from "node:path";
import { system } from "../../../adapters/system";
import type { Context } from "../../../engine/sign-up/rule";
import { noServices } from "../../../engine/sign-up/rule-services";
import type { Fields, IdentityVerifier, Verification } from "../../../engine/sign-up/source";
import { type LocalServer, readBody, serve } from "../../../local/aws/server";
import { hashOf, person } from "../../engine/sign-up/people";
export const NOW = new Date("2026-03-01T12:00:00.789Z");
export const REFERENCE = "1f0c5a52-0f1b-8a7e-8b3c-51d2e4f6a801";

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

type Answer = (response: ServerResponse) => void;

/** Stands where a vendor would: keeps what it gets, answers what the test wants. */
export interface VendorDouble {
  readonly url: string;
  readonly received: Received[];
  answer: Answer;
  close(): Promise<void>;
}

export async function vendorDouble(): Promise<VendorDouble> {
  const received: Received[] = [];
  const server: LocalServer = await serve(0, async (request, response) => {
    const body = await readBody(request, 1_024 * 1_024);
    received.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
    double.answer(response);
  });
  const double: VendorDouble = { url: server.url, received, answer: (response) => response.end(), close: () => server.close() };
  return double;
}

/** A context in which the secret holds that text. */
export function contextWith(secret: string | (() => Promise<string>), changes: Partial<Context> = {}): Context {
  return {
    records: { get: () => undefined },
    findings: {},
    received: person(),
    said: [],
    now: NOW,
    signal: new AbortController().signal,
    remainingMs: () => 5_000,
    hashOf,
    services: {
      secret: typeof secret === "string" ? async () => secret : secret,
      ...system,
      call: noServices("They").call,
      read: async () => new Map(),
      write: async () => true,
    },
    ...changes,
  };
}

/** What a verifier asks about a person; throws if it would not ask. */
export function fieldsOf(verifier: IdentityVerifier, signUp: Parameters<IdentityVerifier["fieldsOf"]>[0]): Fields {
  const read = verifier.fieldsOf(signUp);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.fields;
}

export function recorded(folder: string, name: string): string {
  return readFileSync(join(__dirname, "..", "..", "fixtures", folder, name), "utf8");
}

export function answering(body: string | Buffer, contentType: string, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": contentType }).end(body);
  };
}

/** An answer that should verify, spoilt, and what becomes of it. */
export interface Spoilt {
  readonly given: string;
  readonly answer: Answer;
  readonly kind: string;
  /** Told along. @default 200 for a whole answer */
  readonly status?: number;
  /** What is said to have come in place of an answer. */
  readonly came?: string;
}

/** What no vendor may do to us, in any format. @param good an answer that verifies */
export function spoilt(good: string, contentType: string): readonly Spoilt[] {
  const head = { "content-type": contentType };
  return [
    { given: "no answer", answer: () => undefined, kind: "timeout" },
    {
      given: "an answer byte by byte",
      answer: (response) => {
        response.writeHead(200, { ...head, "content-length": Buffer.byteLength(good) });
        const timer = setInterval(() => response.write(" "), 50);
        response.on("close", () => clearInterval(timer));
      },
      kind: "timeout",
    },
    { given: "a reset", answer: (response) => response.socket?.resetAndDestroy(), kind: "connection" },
    {
      given: "half a body, then the end of the connection",
      answer: (response) => {
        response.writeHead(200, { ...head, "content-length": Buffer.byteLength(good) });
        response.write(good.slice(0, good.length / 2), () => response.destroy());
      },
      kind: "connection",
    },
    { given: "half a body as if it were whole", answer: answering(good.slice(0, good.length / 2), contentType), kind: "unreadable" },
    { given: "401", answer: answering(good, contentType, 401), kind: "unauthorised", status: 401 },
    { given: "403", answer: answering(good, contentType, 403), kind: "unauthorised", status: 403 },
    {
      given: "429 with Retry-After",
      answer: (response) => {
        response.writeHead(429, { ...head, "retry-after": "1" }).end(good);
      },
      kind: "throttled",
      status: 429,
    },
    { given: "500", answer: answering(good, contentType, 500), kind: "failed", status: 500 },
    { given: "503", answer: answering(good, contentType, 503), kind: "failed", status: 503 },
    {
      given: "a redirect",
      answer: (response) => {
        response.writeHead(302, { location: "/elsewhere" }).end();
      },
      kind: "failed",
      status: 302,
    },
    {
      given: "HTML",
      answer: answering("<!DOCTYPE html><title>Down</title><p>id.success CONTINUE", "text/html"),
      kind: "unreadable",
      came: "HTML",
    },
    { given: "nothing", answer: answering("", contentType), kind: "unreadable", came: "nothing" },
    { given: "10 MB", answer: answering(good + " ".repeat(10 * 1_024 * 1_024), contentType), kind: "too-large" },
    { given: "bytes that are no UTF-8", answer: answering(Buffer.from(`${good} é`, "latin1"), contentType), kind: "unreadable" },
    { given: "a charset nobody knows", answer: answering(good, `${contentType}; charset=klingon-8`), kind: "unreadable" },
    {
      given: "a compression that was not asked for",
      answer: (response) => {
        response.writeHead(200, { ...head, "content-encoding": "gzip" }).end(good);
      },
      kind: "unreadable",
    },
  ];
}

/** The trouble that a spoilt answer makes. */
export function troubleWith(
  service: string,
  { kind, status = kind === "timeout" || kind === "connection" ? undefined : 200, came }: Spoilt,
): object {
  const said = came && { came: expect.stringMatching(new RegExp(`^${came} from POST 127\\.0\\.0\\.1:\\d+$`)) as string };
  return { service, kind, ...(status !== undefined && { status }), ...said };
}

/** The trouble of an outcome that has to be "unavailable". */
export function troubleOf(outcome: Verification): object {
  if (outcome.kind !== "unavailable") throw new Error(`The outcome is ${outcome.kind}.`);
  return outcome.upstreamFailure;
}
