import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface BodyFormat {
  readonly contentType: string;
  /** A body that is small when it is sent. A parser that expands it would use up its memory. */
  readonly bomb: string;
  /** A valid body, but with contents in a form that no system uses. */
  readonly strange: string;
  /** Adds a letter beyond ASCII to a valid body, and leaves the body valid. */
  accented(body: string): string;
}

/** Depth of the brackets in the JSON `bomb`. A body of this depth is short enough for every size limit. */
const BOMB_DEPTH = 20_000;

export const json: BodyFormat = {
  contentType: "application/json",
  bomb: `${"[".repeat(BOMB_DEPTH)}${"]".repeat(BOMB_DEPTH)}`,
  strange: '{"strange":[{}]}',
  accented: (body) => JSON.stringify({ ...(JSON.parse(body) as object), remark: "é" }),
};

export const xml: BodyFormat = {
  contentType: "text/xml",
  // Entity `e9` grows to ten gigabytes. Entity `file` would read a local file.
  bomb: [
    '<?xml version="1.0"?>',
    "<!DOCTYPE response [",
    '<!ENTITY e0 "id.success">',
    ...Array.from({ length: 9 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`),
    '<!ENTITY file SYSTEM "file:///etc/passwd">',
    "]>",
    "<response><summary-result><key>&e0;</key><message>&e9;&file;</message></summary-result></response>",
  ].join("\n"),
  strange: "<strange/>",
  accented: (body) => `${body}<!-- é -->\n`,
};

export interface Whole {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Longer than any caller's deadline. */
const SLOW_MS = 30_000;
const HUGE_BYTES = 10 * 1_024 * 1_024;
const RETRY_AFTER_S = 7;

type Send = (response: ServerResponse, whole: Whole, format: BodyFormat) => void | Promise<void>;

const send: Send = (response, { status, body, headers }, { contentType }) => {
  response.writeHead(status, { "Content-Type": contentType, "Content-Length": Buffer.byteLength(body), ...headers }).end(body);
};

/** Misbehaviours of an outside system, by the name of the person (or the value) in the request. */
const misbehaviours: Readonly<Record<string, Send>> = {
  async slow(response, whole, format) {
    const abortController = new AbortController();
    response.on("close", () => abortController.abort());
    await sleep(SLOW_MS, undefined, { signal: abortController.signal, ref: false });
    await send(response, whole, format);
  },
  broken(response, { status, body }, { contentType }) {
    const bytes = Buffer.from(body);
    response.writeHead(status, { "Content-Type": contentType, "Content-Length": bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  },
  reset(response) {
    response.socket?.resetAndDestroy();
  },
  html(response, _, format) {
    send(
      response,
      { status: 200, body: "<!DOCTYPE html>\n<title>Back soon</title>\n<p>We are working on it.\n" },
      { ...format, contentType: "text/html" },
    );
  },
  empty(response, { status }, format) {
    send(response, { status, body: "" }, format);
  },
  shape(response, { status }, format) {
    send(response, { status, body: format.strange }, format);
  },
  throttled(response) {
    response.writeHead(429, { "Retry-After": RETRY_AFTER_S }).end();
  },
  down(response) {
    response.writeHead(500).end();
  },
  refused(response) {
    response.writeHead(401).end();
  },
  huge(response, { body, ...whole }, format) {
    // White space after the answer leaves the body valid, so only its size is wrong.
    send(response, { ...whole, body: body + " ".repeat(HUGE_BYTES - body.length) }, format);
  },
  bomb(response, whole, format) {
    send(response, { ...whole, body: format.bomb }, format);
  },
  latin(response, { status, body }, format) {
    response
      .writeHead(status, { "Content-Type": `${format.contentType}; charset=utf-8` })
      .end(Buffer.from(format.accented(body), "latin1"));
  },
  elsewhere(response) {
    response.writeHead(302, { Location: "/elsewhere" }).end();
  },
};

export function misbehaviourIn(names: readonly string[]): string | undefined {
  return names.map((name) => name.trim().toLowerCase()).find((name) => Object.hasOwn(misbehaviours, name));
}

/** @param misbehaviour as `misbehaviourIn` returns it */
export function sendFor(misbehaviour: string | undefined): Send {
  return (misbehaviour === undefined ? undefined : misbehaviours[misbehaviour]) ?? send;
}
