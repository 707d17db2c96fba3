import { parseJson, parseJsonObject } from "../../engine/json";

/** An answer of more bytes, decompressed, is refused: 10 MiB. A kilobyte of gzip can hold a megabyte. */
export const MAX_ANSWER_BYTES = 10_485_760;

/** The body of an answer has more bytes than we read. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
  constructor() {
    super("too-large");
  }
}

/** Statuses that take no body: the Fetch Standard's null body statuses. */
const bodiless = new Set([101, 103, 204, 205, 304]);

/** `fetch`, with each answer read to its end and held to a size. Throws TooLargeError. */
export function boundedFetch(ask: typeof fetch): typeof fetch {
  return async (...args) => {
    const { status, statusText, headers, body, url } = await ask(...args);
    const bytes = await readWhole(body);
    const whole = new Response(bodiless.has(status) ? null : bytes, { status, statusText, headers });
    // A response that one makes oneself has none.
    return Object.defineProperty(whole, "url", { value: url || getRequestUrl(args[0]) });
  };
}

function getRequestUrl(input: Parameters<typeof fetch>[0]): string {
  return input instanceof Request ? input.url : String(input);
}

/** The JSON object in a response; else what came in its place. */
export async function objectIn(response: Response): Promise<{ readonly json?: object; readonly came?: string | undefined }> {
  const text = await response.text();
  const came = cameWords(text, response.headers.get("content-type"));
  return came === undefined ? { json: JSON.parse(text) as object } : { came };
}

/** Names what arrived instead of JSON, without quoting it. Undefined for a JSON object. */
export function cameWords(text: string, contentType: string | null | undefined): string | undefined {
  if (text.trim() === "") return "nothing";
  if (/^\s*<(!doctype )?(html|head|body|title)\b/i.test(text) || /^text\/html\b/i.test(contentType ?? "")) return "HTML";
  if (parseJsonObject(text) !== undefined) return undefined;
  if (parseJson(text) !== undefined) return "JSON of another form";
  const [type = ""] = /^[\w.+-]+\/[\w.+-]+/.exec(contentType ?? "") ?? [];
  return `${type === "" || type.endsWith("json") ? "a text" : type} that is no JSON`;
}

async function readWhole(body: Response["body"]): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  const reader = body?.getReader();
  for (let size = 0; reader !== undefined; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > MAX_ANSWER_BYTES) {
      // Closes the connection. Waiting for that would be waiting for what is still being decompressed.
      reader.cancel().catch(() => undefined);
      throw new TooLargeError();
    }
    chunks.push(value);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
