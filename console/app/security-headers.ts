import type { Context } from "hono";

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
