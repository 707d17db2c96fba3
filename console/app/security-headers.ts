/** Sources that pages may load and targets of their forms, beyond those of every page. */
export type ContentPolicy = Readonly<Partial<Record<"script-src" | "connect-src" | "form-action", string>>>;

export function securityHeaders(allowed: ContentPolicy, referrer: "same-origin" | "no-referrer"): Readonly<Record<string, string>> {
  const policy = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    ...allowed,
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
  };
  return {
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
  };
}
