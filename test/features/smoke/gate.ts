import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importJWK, type JWK, jwtVerify } from "jose";
import { system } from "../../../adapters/system";
import { replyFor } from "../../../engine/messages/index";
import { apiConnector } from "../../../engine/protocols/api-connector";
import { addGate } from "../../../engine/protocols/body";
import { buildFingerprint, callIds, fingerprintOfBody, referenceFor } from "../../../engine/sign-up/call";
import { decide } from "../../../engine/sign-up/engine";
import { refusal } from "../../../engine/sign-up/failure";
import { keyedHash } from "../../../engine/sign-up/person";
import type { Policy } from "../../../engine/sign-up/policy";
import { buildDecisionRecord } from "../../../engine/sign-up/recording";
import { makeRule } from "../../../engine/sign-up/rule";
import { type Step, steps } from "../../../engine/sign-up/sign-up";
import { accessList } from "../../../features/access-list/rule";
import { countingRows } from "../../../features/counting-rows";
import type { DecisionStore } from "../../../features/decisions/store/decisions";
import { customExtension } from "../../../features/external-tenant/extension";
import { ENTRA_APP_ID, extensionRoutes, identifyCaller } from "../../../features/external-tenant/extension-caller";
import { readBasicAuth } from "../../../handlers/authorizer";
import { TOKEN_KEY_FILE } from "../../../local/data/data-folder";
import { serveTokens } from "../../../local/stand-ins/entra-tokens";
import { bearerTokens } from "../../../simulator/client/authorization";
import { PERSON_KEY, startInstance, type TestInstance, type TestVersion } from "../../cli/support";
import { type Answer, type Received, type Reply, serveEndpoint } from "../../simulator/endpoint";

export const TENANT = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
const ISSUER = `https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`;
export const AUDIENCE = "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58";

/** What a test spoils. Undefined at a call leaves the gate as it is. */
export interface Seeded {
  /** Of the steps that decide. */
  policy: Policy["rules"];
  answer?: ((received: Received) => Answer | undefined) | undefined;
  keepsRecords: boolean;
  /** What the connectors' password is to the gate. */
  passwords: readonly string[];
}

export interface TestGate {
  readonly instance: TestInstance;
  readonly seeded: Seeded;
  readonly received: Received[];
  readonly url: string;
  /** One that its extensions take. */
  token(): Promise<string>;
  /** Takes back what a test spoiled. */
  heal(): void;
  close(): Promise<void>;
}

const healthy = (): Seeded => ({ keepsRecords: true, passwords: ["one", "earlier"], policy: [accessList()] });

/** What tokens are signed with, made once: it takes a fifth of a second. */
let keyText: string | undefined;

/** A gate in this process, with the engine, the dialects and the records of a deployed one. */
export async function startGate(
  versions: readonly TestVersion[],
  served: readonly Step[],
  gates: readonly string[] = [],
): Promise<TestGate> {
  const seeded = healthy();
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-smoke-"));
  const keyFile = join(folder, TOKEN_KEY_FILE);
  if (keyText !== undefined) writeFileSync(keyFile, keyText, { mode: 0o600 });
  let known: Known;
  const endpoint = await serveEndpoint(async (received) => seeded.answer?.(received) ?? (await answerTo(received, seeded, known)));
  const tokens = await serveTokens({ tenantId: TENANT, issuer: ISSUER }, keyFile);
  const extension = { url: endpoint.url, tokenUrl: tokens.tokenUrl, tenantId: TENANT, audience: AUDIENCE };
  const instance = await startInstance(versions, "policy", { gates, steps: served, apiUrl: endpoint.url, extension });
  keyText = readFileSync(keyFile, "utf8");
  known = { decisions: instance.decisions, key: JSON.parse(keyText) };
  cpSync(keyFile, join(instance.data, TOKEN_KEY_FILE));
  return {
    instance,
    seeded,
    received: endpoint.received,
    url: endpoint.url,
    token: async () => (await bearerTokens({ ...extension, clientId: ENTRA_APP_ID })()).replace("Bearer ", ""),
    heal: () => {
      Object.assign(seeded, { answer: undefined }, healthy());
      endpoint.received.length = 0;
    },
    close: async () => {
      await Promise.all([endpoint.close(), tokens.close(), instance.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

interface Known {
  readonly decisions: DecisionStore;
  readonly key: JWK;
}

/** As the gateway and the function behind it check a token. */
async function isEntras(token: string, key: JWK): Promise<boolean> {
  try {
    const { payload } = await jwtVerify(token, await importJWK({ ...key, d: undefined } as JWK, "RS256"), { issuer: ISSUER });
    return identifyCaller(payload, { tenantId: TENANT, audience: AUDIENCE, testCaller: undefined }) === "entra";
  } catch {
    return false;
  }
}

async function answerTo(received: Received, { policy, passwords, keepsRecords }: Seeded, { decisions, key }: Known): Promise<Reply> {
  const [name = "", gate] = (received.path ?? "").slice(1).split("/").reverse();
  const event = steps.find((each) => extensionRoutes[each] === name);
  const step = event ?? steps.find((each) => each === name);
  if (step === undefined || received.method !== "POST") return { status: 404, body: {} };
  const shown = received.headers.authorization ?? "";
  const { username = "", password = "" } = readBasicAuth(shown) ?? {};
  const byPassword = username.startsWith("entra") && passwords.includes(password);
  const passes = event === undefined ? byPassword : await isEntras(shown.replace("Bearer ", ""), key);
  if (!passes) return { status: 401, headers: { "WWW-Authenticate": "Basic" }, body: {} };
  const protocol = event === undefined ? apiConnector : customExtension({ tenantId: TENANT });
  const parsed = addGate(protocol.parse({ contentType: received.headers["content-type"], body: received.body }, step), gate);
  const now = new Date();
  const [id] = callIds(parsed.ok ? buildFingerprint(parsed.received) : fingerprintOfBody(step, gate, received.body), now, hashOf);
  const ports = {
    read: async () => new Map(),
    write: failing,
    secret: failing,
    hashOf,
    ...system,
    counts: countingRows,
    now,
    remainingMs: 1_400,
  };
  const rules = step === "before-sending-token" ? [claims] : policy;
  const decision = parsed.ok ? await decide({ step, rules, options: {} }, parsed.received, ports) : refusal(parsed.reason, step);
  const record = buildDecisionRecord(decision, {
    id,
    reference: referenceFor(id),
    step,
    source: parsed.ok ? parsed.received.source : parsed.source,
    gate,
    ...(parsed.ok && { who: { signUp: parsed.received, hashOf } }),
    eventAttributes: [],
    now,
    durationMs: 1,
    policyVersion: "test",
  });
  if (keepsRecords) await decisions.keep(record, 90);
  const voice = { locales: ["en"], options: {} };
  return protocol.render(replyFor(decision.answer, record.reference, voice), step, parsed.ok ? parsed.received : undefined);
}

const claims = makeRule({ name: "claims", sets: ["tier"], decide: () => ({ kind: "continue", attributes: { tier: "gold" } }) });

const hashOf = keyedHash(PERSON_KEY);

/** A drill reaches neither. */
async function failing(): Promise<never> {
  throw new Error("A drill wrote, or asked for a secret.");
}
