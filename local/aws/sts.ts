import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { calculateJwkThumbprint, importJWK, type JWK, SignJWT } from "jose";
import * as v from "valibot";
import { parseJson } from "../../engine/json";
import { writePrivately } from "../data/private-file";
import type { LocalServer } from "./server";
import { type SignedAccess, type SignedReply, serveSigned } from "./signed-server";
import { ACCOUNT } from "./template";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
/** AWS's limits and default for a token's life, in seconds. */
const DURATION = { least: 60, usual: 300, most: 3_600 };
const SESSION_MS = 3_600_000;
const KEYS_PATH = "/.well-known/jwks.json";
const MAX_BODY_BYTES = 64 * 1_024;

const keptSchema = v.object({ issuer: v.string(), keys: v.pipe(v.array(v.looseObject({ kty: v.string() })), v.minLength(1)) });

export interface StsOptions {
  /** Keeps issuer and keys, so that credentials that trust this issuer stay valid after a restart. @default in memory only */
  readonly file?: string;
  /** @default every role */
  readonly mayAssume?: (roleArn: string) => boolean;
  /** Returns the time in epoch milliseconds. @default the machine's own clock */
  readonly now?: () => number;
}

export interface StsStandIn extends LocalServer {
  /** The issuer as tokens name it. The discovery document is not at this address, but at `url`. */
  readonly issuer: string;
  /** Earlier keys stay published. */
  rollKey(): void;
  /** Switches federation as the account's setting in AWS does. */
  switchFederation(isOn: boolean): void;
}

interface Session {
  readonly roleArn: string;
  readonly token: string;
  readonly until: number;
}

class StsError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

class TokenService {
  readonly issuing: ReturnType<typeof loadKeys>;
  isOn = true;
  private readonly sessions = new Map<string, Session>();

  constructor(
    private readonly options: StsOptions,
    private readonly key: SignedAccess["key"],
  ) {
    this.issuing = loadKeys(options.file);
  }

  /** @param callerId the id of the caller's access key @param token the caller's session token */
  async answer(form: URLSearchParams, callerId: string, token: unknown): Promise<SignedReply> {
    const action = form.get("Action") ?? "";
    try {
      return { status: 200, text: formatResponse(action, await this.act(action, form, this.session(callerId, token))) };
    } catch (error) {
      if (!(error instanceof StsError)) throw error;
      const { status, code, message } = error;
      const fault = formatElements({ Error: formatElements({ Type: "Sender", Code: code, Message: message }), RequestId: randomUUID() });
      return { status, text: `<ErrorResponse xmlns="${NAMESPACE}">${fault}</ErrorResponse>` };
    }
  }

  /** Returns a document that anybody may read to verify a token; undefined for any other path. */
  async publish(path: string): Promise<SignedReply | undefined> {
    const { issuer } = this.issuing;
    if (path === KEYS_PATH) return { status: 200, body: { keys: await this.issuing.published() } };
    if (path !== "/.well-known/openid-configuration") return undefined;
    const body = {
      issuer,
      jwks_uri: `${issuer}${KEYS_PATH}`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    };
    return { status: 200, body };
  }

  /** Finds a session. Undefined if the token is wrong, or once the session has expired. */
  private session(id: string, token: unknown): Session | undefined {
    const session = this.sessions.get(id);
    return session !== undefined && session.token === token && session.until > Date.now() ? session : undefined;
  }

  private async act(action: string, form: URLSearchParams, caller: Session | undefined): Promise<string> {
    if (action === "AssumeRole") return this.assumeRole(form);
    if (action === "GetWebIdentityToken") return await this.signToken(form, caller);
    throw new StsError(400, "InvalidAction", `Could not find operation ${action} for version 2011-06-15`);
  }

  private assumeRole(form: URLSearchParams): string {
    const { mayAssume = () => true } = this.options;
    const [roleArn, session] = [form.get("RoleArn") ?? "", form.get("RoleSessionName") ?? ""];
    const [, role] = /^arn:aws[\w-]*:iam::\d{12}:role\/(?:.+\/)?([\w+=,.@-]+)$/.exec(roleArn) ?? [];
    if (!/^[\w+=,.@-]{2,64}$/.test(session)) throw new StsError(400, "ValidationError", "RoleSessionName does not fit.");
    if (role === undefined || !mayAssume(roleArn)) {
      throw new StsError(403, "AccessDenied", `User is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
    }
    const id = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
    const made = { roleArn, token: randomUUID(), until: Date.now() + SESSION_MS };
    this.sessions.set(id, made);
    return formatElements({
      Credentials: formatElements({
        AccessKeyId: id,
        SecretAccessKey: this.key.secretAccessKey,
        SessionToken: made.token,
        Expiration: new Date(made.until).toISOString(),
      }),
      AssumedRoleUser: formatElements({
        AssumedRoleId: `AROALOCAL:${session}`,
        Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`,
      }),
    });
  }

  private async signToken(form: URLSearchParams, session: Session | undefined): Promise<string> {
    if (session === undefined) throw new StsError(403, "AccessDenied", "User is not authorized to perform: sts:GetWebIdentityToken");
    if (!this.isOn) {
      const message = "The outbound web identity federation feature is not enabled for this account.";
      throw new StsError(403, "OutboundWebIdentityFederationDisabledException", message);
    }
    const audience = form.get("Audience.member.1");
    const seconds = Number(form.get("DurationSeconds") ?? DURATION.usual);
    if (audience === null || form.get("SigningAlgorithm") !== "RS256" || !(seconds >= DURATION.least && seconds <= DURATION.most)) {
      throw new StsError(400, "ValidationError", "It takes an audience, RS256 and 60 to 3600 seconds.");
    }
    const { issuer, current } = this.issuing;
    const issued = Math.floor((this.options.now?.() ?? Date.now()) / 1_000);
    const token = await new SignJWT({
      "https://sts.amazonaws.com/": { aws_account: ACCOUNT, source_region: this.key.region, principal_id: session.roleArn },
    })
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: await calculateJwkThumbprint(current()) })
      .setIssuer(issuer)
      .setSubject(session.roleArn)
      .setAudience(audience)
      .setIssuedAt(issued)
      .setExpirationTime(issued + seconds)
      .setJti(randomUUID())
      .sign(await importJWK(current(), "RS256"));
    return formatElements({ WebIdentityToken: token, Expiration: new Date((issued + seconds) * 1_000).toISOString() });
  }
}

/** A stand-in for AWS's token service. It also publishes what others need to verify the tokens. */
export async function serveSts(options: StsOptions, access: SignedAccess): Promise<StsStandIn> {
  const service = new TokenService(options, access.key);
  const server = await serveSigned(
    { name: "sts", contentType: "text/xml", maxBodyBytes: MAX_BODY_BYTES },
    access,
    ({ headers }, body, { accessKeyId }) =>
      service.answer(new URLSearchParams(body.toString("utf8")), accessKeyId, headers["x-amz-security-token"]),
    ({ method, url: path = "" }) => (method === "GET" ? service.publish(path) : undefined),
  );
  const { issuer, roll: rollKey } = service.issuing;
  return {
    ...server,
    issuer,
    rollKey,
    switchFederation(isOn) {
      service.isOn = isOn;
    },
  };
}

function formatResponse(action: string, result: string): string {
  const metadata = formatElements({ ResponseMetadata: formatElements({ RequestId: randomUUID() }) });
  return `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result>${metadata}</${action}Response>`;
}

/** The values need no escapes, or are already XML. */
function formatElements(members: Readonly<Record<string, string>>): string {
  return Object.entries(members)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join("");
}

function loadKeys(file: string | undefined) {
  const read = file !== undefined && existsSync(file) ? v.safeParse(keptSchema, parseJson(readFileSync(file, "utf8"))) : undefined;
  const kept = read?.success
    ? { issuer: read.output.issuer, keys: read.output.keys as JWK[] }
    : { issuer: `https://${randomUUID()}.tokens.sts.global.api.aws`, keys: [newKey()] };
  const save = () => file !== undefined && writePrivately(file, JSON.stringify(kept));
  save();
  return {
    issuer: kept.issuer,
    current: () => kept.keys[0] as JWK,
    roll() {
      kept.keys = [newKey(), ...kept.keys];
      save();
    },
    published: async () =>
      await Promise.all(
        kept.keys.map(async (key) => ({
          kty: key.kty,
          n: key.n,
          e: key.e,
          alg: "RS256",
          use: "sig",
          kid: await calculateJwkThumbprint(key),
        })),
      ),
  };
}

function newKey(): JWK {
  return generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({ format: "jwk" }) as JWK;
}
