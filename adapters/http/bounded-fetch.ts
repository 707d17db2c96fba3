import { parseJson, parseJsonObject } from "../../engine/json";

/** Largest accepted answer, decompressed: 10 MiB. The limit is necessary, because a kilobyte of gzip can hold a megabyte. */
export const MAX_ANSWER_BYTES = 10_485_760;

export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
  constructor() {
    super("too-large");
  }
}

/** Statuses without a body: the Fetch Standard's null body statuses. */
const bodiless = new Set([101, 103, 204, 205, 304]);

/** Wraps `fetch`: reads each answer completely, and limits its size. Throws TooLargeError. */
export function boundedFetch(ask: typeof fetch): typeof fetch {
  return async (...args) => {
    const { status, statusText, headers, body, url } = await ask(...args);
    const bytes = await readWhole(body);
    const whole = new Response(bodiless.has(status) ? null : bytes, { status, statusText, headers });
    const [input] = args;
    // A response from the constructor has no URL.
    return Object.defineProperty(whole, "url", { value: url || (input instanceof Request ? input.url : String(input)) });
  };
}

/** Wraps `fetch` for openid-client, which reads the code in an error's body only without the header WWW-Authenticate. */
export function openidFetch(ask: typeof fetch): typeof fetch {
  return async (...args) => {
    const { status, statusText, body, headers: answered, url } = await boundedFetch(ask)(...args);
    const headers = new Headers(answered);
    headers.delete("www-authenticate");
    return Object.defineProperty(new Response(body, { status, statusText, headers }), "url", { value: url });
  };
}

export async function objectIn(response: Response): Promise<{ readonly json?: object; readonly came?: string | undefined }> {
  const text = await response.text();
  const came = cameWords(text, response.headers.get("content-type"));
  return came === undefined ? { json: JSON.parse(text) as object } : { came };
}

/** Names the content that arrived instead of JSON, without quoting it. Returns undefined for a JSON object. */
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
      // Closes the connection. The result is not awaited, because `cancel` would wait for the rest of the decompression.
      reader.cancel().catch(() => undefined);
      throw new TooLargeError();
    }
    chunks.push(value);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
