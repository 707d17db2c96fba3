import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { MARK } from "../../console/parts/icon";
import { BASE_STYLE } from "../../console/style/base-style";
import { parseUrl } from "./gateway/proxy-event";
import type { Handle, OnRefused } from "./server";

/** A page in the console's look. It loads nothing. @param content markup */
export function plainPage(title: string, content: string): string {
  return `<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>${BASE_STYLE}
main.card { max-width: 28rem; margin: 10vh auto; padding: 1.25rem 1.5rem; }
main button { display: flex; width: 100%; min-height: 2.75rem; margin: .5rem 0; }</style>
<main class="card"><p class="brand">${MARK}<span>Gatehouse</span></p>
${content}</main></html>
`;
}

/** The secret of one run of `npm start`. Every program on the machine can reach the run's ports, so pages require the secret. */
export interface PageKey {
  /** Adds the key to an address. The first visit turns the key into a cookie and removes it from the address. */
  addressOf(url: string): string;
  /** @param isOpen true for requests that need no key */
  guard(handle: Handle, onRefused?: OnRefused, isOpen?: (request: IncomingMessage) => boolean): Handle;
}

const PARAMETER = "key";

/**
 * @param port the API's port; 0 for any port. The cookie's name contains the port, because browsers send a host's cookies to all its ports.
 */
export function newPageKey(port: number): PageKey {
  const secret = randomBytes(24).toString("base64url");
  const cookie = `gatehouse-start-${port === 0 ? randomBytes(4).toString("hex") : port}`;

  return {
    addressOf: (url) => `${url}/?${PARAMETER}=${secret}`,
    guard: (handle, onRefused = () => undefined, isOpen = () => false) => {
      return async (request, response) => {
        const url = parseUrl(request);
        const isVisit = request.method === "GET" || request.method === "HEAD";
        if (isVisit && url.searchParams.getAll(PARAMETER).some((givenKey) => isSame(givenKey, secret))) {
          // The console's pages also have a parameter named "key", so only the parameter whose value is the secret is deleted.
          url.searchParams.delete(PARAMETER, secret);
          const Location = `http://${request.headers.host}${url.pathname}${url.search}`;
          const keyCookie = `${cookie}=${secret}; Path=/; HttpOnly; SameSite=Strict`;
          response.writeHead(303, { ...headers, Location, "Set-Cookie": keyCookie });
          response.end();
          return;
        }
        const cookies = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
        const hasKey = cookies.some((pair) => pair.startsWith(`${cookie}=`) && isSame(pair.slice(cookie.length + 1), secret));
        if (isOpen(request) || hasKey) return await handle(request, response);
        onRefused("it shows no key of this start");
        refuse(request, response);
      };
    },
  };
}

/** Compares two texts in constant time, whatever their lengths. */
function isSame(sentText: string, secret: string): boolean {
  const [one, other] = [sentText, secret].map((text) => createHash("sha256").update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(one, other);
}

const headers = { "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" };

/**
 * If a browser follows a link from another site, or from a mail in a file, the request lacks the SameSite=Strict cookie. The `Refresh`
 * header makes the browser load the address again, this time with the cookie.
 */
function refuse(request: IncomingMessage, response: ServerResponse): void {
  const isLink = request.method === "GET" && request.headers["sec-fetch-site"] === "cross-site";
  const again = isLink ? { Refresh: `0; url=http://${request.headers.host}${parseUrl(request).pathname}${parseUrl(request).search}` } : {};
  response.writeHead(403, {
    ...headers,
    ...again,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    // Closes the connection, so that the server does not wait for the rest of the request.
    Connection: "close",
  });
  response.end(PAGE);
}

const PAGE = plainPage(
  "Gatehouse: no key",
  `<h1>Open the address that npm start printed</h1>
<p>This page answers only the person who runs Gatehouse on this machine. Look in the terminal where <code>npm start</code> runs:
the address there ends in <code>?key=…</code>, and opens this page once in each browser. It changes at every start.</p>
<p>The file <code>instance.json</code> of the data folder, <code>.local</code> by default, has it too: <code>simulatorUrl</code> and
<code>consoleUrl</code>.</p>`,
);
