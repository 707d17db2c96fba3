import { setTimeout as sleep } from "node:timers/promises";
import {
  type AwsConnection,
  type AwsCredentials,
  AwsError,
  awsConnection,
  backoff,
  type ClientOptions,
  isPassing,
  MAX_ATTEMPTS,
} from "./client";

/**
 * Lifetime of a token: short, because Entra receives a token as soon as it is issued. The role's policy does not allow a longer lifetime.
 */
export const TOKEN_SECONDS = 300;
/** Entra accepts no other algorithm. */
export const TOKEN_ALGORITHM = "RS256";
/** The longest session that AWS allows if one role assumes another. */
const SESSION_SECONDS = 3_600;
/** A session is replaced this long before its end. AWS signs no token that would be valid for longer than the session. */
const SESSION_MARGIN_SECONDS = TOKEN_SECONDS + 60;
/** The version that STS requires in each call of its query protocol. */
const STS_VERSION = "2011-06-15";
const sts = { name: "sts", endpointVariable: "AWS_ENDPOINT_URL_STS" } as const;

type RoleFlaw = "federation-off" | "role" | "clock" | "other";

/** AWS gives no token for the role. The message says what to do. Of AWS's answer, it contains only the error code. */
export class RoleTokenError extends Error {
  override readonly name = "RoleTokenError";
  constructor(
    message: string,
    readonly flaw: RoleFlaw,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const FEDERATION_OFF =
  "AWS signs no token for this account yet: run aws iam enable-outbound-web-identity-federation once (AWS CLI 2.33 or later).";

/** Signs tokens that prove to another system which role calls it. */
export interface RoleTokens {
  /** The role's ARN: the subject of its tokens. */
  readonly role: string;
  /**
   * Requests a new token. Throws RoleTokenError if AWS refuses to sign a token, and the connection's own error if the call fails otherwise.
   */
  token(audience: string, signal?: AbortSignal): Promise<string>;
}

interface Session {
  readonly connection: AwsConnection;
  /**
   * The session is replaced at this time: epoch milliseconds by this machine's clock. The end in AWS's answer is not used, because it is by
   * AWS's clock.
   */
  readonly until: number;
}

/**
 * Requests tokens in a session of `role`. A token's subject is the ARN of the role that requests the token, and the ARN of `role` never
 * changes. Only STS's regional endpoints know `GetWebIdentityToken`.
 */
export function roleTokens(role: string, options: ClientOptions = {}): RoleTokens {
  const connection = awsConnection(sts, options);
  let session: Session | undefined;

  async function assumeRole(signal: AbortSignal | undefined): Promise<Session> {
    const startedAt = Date.now();
    const RoleSessionName = (process.env.AWS_LAMBDA_FUNCTION_NAME ?? "entra-gatehouse").slice(0, 64);
    const answer = await ask(
      connection,
      { Action: "AssumeRole", RoleArn: role, RoleSessionName, DurationSeconds: SESSION_SECONDS },
      signal,
    );
    const credentials: AwsCredentials = {
      accessKeyId: requireElement(answer, "AccessKeyId"),
      secretAccessKey: requireElement(answer, "SecretAccessKey"),
      sessionToken: requireElement(answer, "SessionToken"),
    };
    return {
      connection: awsConnection(sts, { ...options, credentials: async () => credentials }),
      until: startedAt + (SESSION_SECONDS - SESSION_MARGIN_SECONDS) * 1_000,
    };
  }

  async function signToken(audience: string, signal: AbortSignal | undefined): Promise<string> {
    if (session === undefined || Date.now() >= session.until) session = await assumeRole(signal);
    const asked = {
      Action: "GetWebIdentityToken",
      "Audience.member.1": audience,
      DurationSeconds: TOKEN_SECONDS,
      SigningAlgorithm: TOKEN_ALGORITHM,
    };
    return requireElement(await ask(session.connection, asked, signal), "WebIdentityToken");
  }

  return {
    role,
    async token(audience, signal) {
      const wasKept = session !== undefined;
      try {
        return await signToken(audience, signal).catch(async (error: unknown) => {
          // If the role was deleted and made again, or the session was revoked, the cached session is invalid. Then a new session may work.
          if (!wasKept || !(error instanceof AwsError)) throw error;
          session = undefined;
          return await signToken(audience, signal);
        });
      } catch (error) {
        if (error instanceof AwsError && !isPassing(error.status, error.name)) throw toRoleTokenError(role, error);
        throw error;
      }
    },
  };
}

async function ask(
  connection: AwsConnection,
  parameters: Readonly<Record<string, string | number>>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const form = buildForm(STS_VERSION, parameters);
  for (let count = 1; ; count++) {
    signal?.throwIfAborted();
    const reply = await connection.post("/", formHeaders, form, signal).catch((error: unknown) => {
      if (count >= MAX_ATTEMPTS || signal?.aborted) throw error;
    });
    if (reply?.status === 200) return reply.text;
    if (reply !== undefined) {
      const error = toAwsError(reply.status, reply.text);
      if (count >= MAX_ATTEMPTS || !isPassing(error.status, error.name)) throw error;
    }
    await sleep(backoff(count), undefined, { signal });
  }
}

function requireElement(xml: string, name: string): string {
  const value = findElement(xml, name);
  if (value === undefined) throw new AwsError("UnreadableAnswer", `no ${name}`, 200, {});
  return value;
}

/** AWS's words for a signature with a wrong time. They arrive only if `clockSkew` (client.ts) could not correct the clock. */
const OTHER_TIME = /RequestExpired|RequestInTheFuture|RequestTimeTooSkewed|Signature (expired|not yet current)/;

function toRoleTokenError(role: string, cause: AwsError): RoleTokenError {
  const { name, message } = cause;
  if (name.startsWith("OutboundWebIdentityFederationDisabled")) return new RoleTokenError(FEDERATION_OFF, "federation-off", { cause });
  if (OTHER_TIME.test(`${name} ${message}`)) {
    return new RoleTokenError("AWS refuses the function's clock, which is minutes off: set it by a time server.", "clock", { cause });
  }
  if (name.startsWith("AccessDenied")) {
    const what = `AWS does not let this function sign as the role ${role}: a role that was just made counts after a minute; later, see its trust policy and its permission sts:GetWebIdentityToken, and deploy again.`;
    return new RoleTokenError(what, "role", { cause });
  }
  return new RoleTokenError(`AWS signs no token as the role ${role}: ${name}.`, "other", { cause });
}

// AWS's query protocol, which IAM and STS use: the request is a form, and the answer is XML.

export const formHeaders = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" } as const;

/** Builds the form of a call. @param version the API version that the service requires in each call */
export function buildForm(version: string, parameters: Readonly<Record<string, string | number>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...parameters, Version: version })) form.set(name, String(value));
  return form.toString();
}

/**
 * Returns the text of the first element with this name; undefined if there is none. The text is not unescaped: keys, tokens and codes need
 * no unescaping.
 */
export function findElement(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

export function toAwsError(status: number, xml: string): AwsError {
  return new AwsError(findElement(xml, "Code") ?? `Http${status}`, findElement(xml, "Message") ?? "", status, {});
}
