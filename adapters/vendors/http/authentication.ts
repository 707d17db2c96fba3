import { validateHeaderName } from "node:http";
import * as v from "valibot";
import { optionSchema } from "../../../engine/option-schema";
import type { Use } from "../../../engine/sign-up/rule";
import { assertRuleOptions } from "../../../engine/sign-up/rule-options";
import { checkedSecretName, createSecretError, type Keyring, readSecretLine, readSecretMembers } from "../../aws/secret-members";
import type { OutboundRequest, OutboundResponse } from "../../http/outbound";

/** `send` adds the source's name, certificate and time limit to each request. */
export interface OutgoingCall extends Keyring {
  send(request: Omit<OutboundRequest, "service" | "certificate" | "timeoutMs">): Promise<OutboundResponse>;
}

/** The authentication of calls to a source. */
export interface Authentication {
  readonly uses: readonly Use[];
  headers(call: OutgoingCall): Promise<Readonly<Record<string, string>>>;
  /** Forgets cached credentials that the other side refused. Absent: a refused call is not repeated. */
  forget?(): void;
}

export const authenticationOption = () =>
  v.optional(
    v.custom<Authentication>(
      (input) => typeof (input as Partial<Authentication> | null)?.headers === "function",
      'authentication takes basic("…"), bearer("…"), apiKey("…", …) or oauth("…", …).',
    ),
  );

/**
 * User name and password (RFC 7617), for `http` and `service`. The secret holds `{"username","password"}`.
 * @throws TypeError for a name that no secret can have
 *
 * @example
 * basic("crm")
 */
export function basic(secret: string): Authentication {
  checkedSecretName(secret, "basic");
  return {
    uses: [{ secret, shape: { username: "gatehouse", password: "the password for it" } }],
    async headers(call) {
      const { username, password } = await readSecretMembers(call, secret, ["username", "password"]);
      // A colon in the user name would move the boundary between user name and password.
      if (username.includes(":")) throw createSecretError(call);
      return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
    },
  };
}

/**
 * A token that does not change (RFC 6750), for `http` and `service`. The secret is the token itself.
 * @throws TypeError for a name that no secret can have
 *
 * @example
 * bearer("crm")
 */
export function bearer(secret: string): Authentication {
  checkedSecretName(secret, "bearer");
  return {
    uses: [{ secret }],
    headers: async (call) => ({ authorization: `Bearer ${await readSecretLine(call, secret)}` }),
  };
}

/** The header in which a request carries the key. */
export interface ApiKeyOptions {
  /** The header that carries the key, like "x-api-key". */
  readonly header: string;
}

/** Headers about a request's transfer, not its content. */
export const travelHeaders = new Set(["accept-encoding", "connection", "content-length", "host", "transfer-encoding", "upgrade"]);

/**
 * A key in its own header, for `http` and `service`. The secret is the key itself.
 * @throws TypeError for an impossible name of a secret or header
 *
 * @example
 * apiKey("crm", { header: "x-api-key" })
 */
export function apiKey(secret: string, options: ApiKeyOptions): Authentication {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions(`apiKey("${secret}")`, options, apiKeyOptions());
  checkedSecretName(secret, "apiKey");
  const name = options.header.toLowerCase();
  return {
    uses: [{ secret }],
    headers: async (call) => ({ [name]: await readSecretLine(call, secret) }),
  };
}

function apiKeyOptions() {
  return optionSchema<ApiKeyOptions>({
    header: v.pipe(
      v.custom<string>(isHeaderName, ({ input }) => `"${input}" is no name of a header. One is "x-api-key".`),
      v.custom<string>(
        (input) => !travelHeaders.has(String(input).toLowerCase()),
        ({ input }) => `the header "${input}" is not for keys. One is "x-api-key".`,
      ),
    ),
  });
}

export function isHeaderName(input: unknown): boolean {
  try {
    validateHeaderName(input as string);
    return true;
  } catch {
    return false;
  }
}
