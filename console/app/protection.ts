import type { Context, MiddlewareHandler } from "hono";
import { parseNetwork } from "../../engine/sign-up/network";

/** Plain text, because a client that calls this often is not a person who reads pages. */
const TOO_MANY = "Too many requests from your address. Try again in a few seconds.\n요청이 너무 많습니다. 잠시 후 다시 시도하세요.\n";

type ClientOf = (context: Context) => Promise<string | undefined> | string | undefined;

/** @param clientOf returns undefined for a call without a limit */
export function limitCalls(now: () => Date, clientOf: ClientOf): MiddlewareHandler {
  const mayCall = clientLimit();
  return async (context, next) => {
    const client = await clientOf(context);
    if (client !== undefined && !mayCall(client, now())) return context.text(TOO_MANY, 429, { "Retry-After": "1" });
    await next();
    return undefined;
  };
}

/** Returns the address that API Gateway saw, because an address in a header could be forged. */
export function callingAddress({ env }: Context): string | undefined {
  const event = env as { readonly requestContext?: { readonly http?: { readonly sourceIp?: string } } } | undefined;
  return event?.requestContext?.http?.sourceIp;
}

/** A client may make this many calls per second on average. */
const RATE = 5;
const BURST = 20;
const MOST_CLIENTS = 10_000;
const MS_PER_CALL = 1_000 / RATE;

/** A refused call does not count against the client. Each instance of the Lambda function counts only its own calls. */
function clientLimit(): (client: string, now: Date) => boolean {
  /** By client, the time at which its past calls stop counting. The client whose call passed last is at the end of the map. */
  const usedUntil = new Map<string, number>();
  return (address, now) => {
    // An IPv6 client may use every address of its network, so the whole network counts as one client.
    const client = parseNetwork(address) ?? address;
    const at = now.getTime();
    const until = Math.max(usedUntil.get(client) ?? at, at) + MS_PER_CALL;
    if (until - at > BURST * MS_PER_CALL) return false;
    usedUntil.delete(client);
    usedUntil.set(client, until);
    for (const oldest of usedUntil.keys()) if (usedUntil.size > MOST_CLIENTS) usedUntil.delete(oldest);
    return true;
  };
}

type ContentPolicy = Readonly<Partial<Record<"script-src" | "connect-src" | "form-action", string>>>;

/** Sets the security headers, and `Cache-Control: no-store` unless the answer already has that header. */
export function secure({ res }: Context, contentPolicy: ContentPolicy, referrer: "same-origin" | "no-referrer"): void {
  const policy = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    ...contentPolicy,
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
  };
  const headers = {
    "Content-Security-Policy": Object.entries(policy)
      .map(([name, value]) => `${name} ${value}`)
      .join("; "),
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": referrer,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": res.headers.get("Cache-Control") ?? "no-store",
  };
  for (const [name, value] of Object.entries(headers)) res.headers.set(name, value);
}
