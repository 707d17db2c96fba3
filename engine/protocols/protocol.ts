import type { SignUp, Step } from "../sign-up/sign-up";

/** An HTTP request as far as a dialect looks at it. */
export interface WireRequest {
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface WireResponse {
  readonly status: number;
  readonly body: string;
}

/** A sign-up, or why there is none; the languages are read as far as they can be. */
export type Parsed =
  | { readonly ok: true; readonly signUp: SignUp }
  | { readonly ok: false; readonly reason: "request.unreadable" | "request.email"; readonly locales: readonly string[] };

/** What the person is to get, in words. */
export type Reply =
  | { readonly kind: "continue"; readonly attributes: SignUp["attributes"] }
  | { readonly kind: "block"; readonly message: string }
  | { readonly kind: "invalid"; readonly message: string };

/** One of Entra's dialects: all that is Entra-shaped lives behind this pair. */
export interface Protocol {
  parse(request: WireRequest, step: Step): Parsed;
  render(reply: Reply): WireResponse;
}
