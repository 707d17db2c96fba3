import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../engine/json";
import type { SecretStore } from "../aws/secrets";
import type { LocalServer } from "../aws/server";
import type { Template } from "../aws/template";
import { localParts } from "../parts";
import { json } from "./misbehaviours";
import {
  isTokenRequest,
  jsonAnswer,
  type LetIn,
  type Received,
  type RoleTrust,
  type StandInAnswer,
  type SystemServer,
  serveSystem,
  type Watch,
} from "./outside-system";
import { serveOwnService } from "./services/own-service";
import { answeredByFile, assertEndpoints, brokenAnswers, namedSystems, unreadAnswers } from "./services/own-services";

const vendorStandIns = localParts.flatMap(({ vendors = [] }) => vendors);
const systemStandIns = localParts.flatMap(({ system }) => system ?? []);

interface StandIn {
  readonly names: readonly string[];
  readonly start: (watch: Watch) => Promise<SystemServer>;
}

export type OnRequest = (system: string, receivedRequest: Received) => void;

interface SystemsOptions {
  /** The folder for the stand-ins' data. */
  readonly data: string;
  /** URLs that `--endpoint` gives in place of stand-ins, by the system's name. */
  readonly replaced: ReadonlyMap<string, string>;
  readonly tell: (system: string, lines: readonly string[]) => void;
  readonly onRequest: OnRequest | undefined;
  /** Receives a sentence about a flag or a file that has no effect. */
  readonly onUnused?: (sentence: string) => void;
  readonly trust?: RoleTrust;
  readonly onRefused: (system: string, why: string) => void;
}

interface Systems {
  /** Addresses of the started stand-ins, by the systems' names for `--endpoint`. */
  readonly urls: ReadonlyMap<string, string>;
  /** Tells the directory's stand-in about a person that the gate let in. Does nothing if the directory is replaced. */
  letIn(person: LetIn): void;
  close(): Promise<void>;
}

/** Throws EndpointError if a replaced name is unknown. */
export async function serveSystems(template: Template, store: SecretStore, options: SystemsOptions): Promise<Systems> {
  const secret = createSecretReader(template, store);
  const vendors: Readonly<Record<string, StandIn["start"]>> = {
    ...Object.fromEntries(vendorStandIns.map(({ name, serve }) => [name, (watch: Watch) => serve(() => secret(name), watch)] as const)),
    dns: (watch: Watch) => serveNames(join(options.data, "dns.json"), watch),
  };
  const { systems, folders } = namedSystems(template);
  const answeredSystems = answeredByFile(systems, Object.keys(vendors));
  const byName = new Map<string, StandIn["start"]>([
    ...Object.entries(vendors),
    ["oauth", serveOAuth],
    ...answeredSystems.map((system) => [system.name, (watch: Watch) => serveOwnService(system, watch)] as const),
  ]);
  const standIns: readonly StandIn[] = [
    ...[...byName].map(([name, start]) => ({ names: [name], start })),
    ...systemStandIns.map(({ names, serve }) => ({ names, start: (watch: Watch) => serve(options.data, watch, options.trust) })),
  ];
  assertEndpoints(
    options.replaced.keys(),
    standIns.flatMap(({ names }) => names),
  );
  const getsEvents = new Set(vendorStandIns.flatMap((each) => (each.getsEvents ? [each.name] : [])));
  const ofRules = Object.keys(vendors).filter((name) => !getsEvents.has(name));
  const unaskedNames = ofRules.filter((name) => options.replaced.has(name) && !systems.some((each) => each.name === name));
  for (const name of unaskedNames) options.onUnused?.(`--endpoint ${name}=… is not used: no rule of the policy asks ${name}.`);
  for (const sentence of [...unreadAnswers(folders, answeredSystems), ...(await brokenAnswers(answeredSystems))])
    options.onUnused?.(sentence);

  const servers = (await Promise.all(standIns.map((standIn) => startWanted(standIn, options)))).flat();
  return {
    urls: new Map(servers.flatMap(({ wanted, server }) => wanted.map((name) => [name, server.url]))),
    letIn(person) {
      for (const { server } of servers) server.letIn?.(person);
    },
    close: async () => {
      await Promise.all(servers.map(({ server }) => server.close()));
    },
  };
}

async function startWanted({ names: [name = "", ...more], start }: StandIn, options: SystemsOptions) {
  const wantedNames = [name, ...more].filter((each) => !options.replaced.has(each));
  if (wantedNames.length === 0) return [];
  const server = await start({
    onRequest: (receivedRequest) => options.onRequest?.(name, receivedRequest),
    // An answer whose text begins with a status of success, such as "200: ", is not reported.
    onAnswer: (answerText) => /^20\d: /.test(answerText) || options.tell(name, [`answered ${answerText}`]),
    onRefused: (why) => options.onRefused(name, why),
  });
  return [{ wanted: wantedNames, server }];
}

const arnsSchema = v.record(v.string(), v.string());
const membersSchema = v.record(v.string(), v.unknown());

/** Returns a reader of secrets. It returns undefined if no rule declares the secret; an empty object if the secret is not a JSON object. */
function createSecretReader(template: Template, store: SecretStore): (name: string) => Readonly<Record<string, unknown>> | undefined {
  const output = template.output("PolicySecrets");
  const arns = new Map(output === undefined ? [] : Object.entries(v.parse(arnsSchema, JSON.parse(output))));
  return (name) => {
    const arn = arns.get(name);
    if (arn === undefined) return undefined;
    const read = v.safeParse(membersSchema, parseJson(store.current(arn)));
    return read.success ? read.output : {};
  };
}

const TOKEN_LIFE_S = 3_600;

/** Serves a stand-in for every `tokenUrl` of `oauth`: a client-credentials grant (RFC 6749 §4.4) returns a token for any client. */
export function serveOAuth(watch: Watch = {}): Promise<LocalServer> {
  return serveSystem(json, token, watch);
}

function token({ method, headers, body }: Received): StandInAnswer {
  const text = body.toString("utf8");
  const form = new URLSearchParams(text);
  if (!isTokenRequest(method, text)) return jsonAnswer(400, { error: "unsupported_grant_type" }, "400: grant_type");
  const hasClient = headers.authorization?.startsWith("Basic ") || (form.has("client_id") && form.has("client_secret"));
  if (!hasClient) return jsonAnswer(401, { error: "invalid_client" }, "401: no client");
  return {
    ...jsonAnswer(200, { access_token: randomUUID(), token_type: "Bearer", expires_in: TOKEN_LIFE_S }, "200: token"),
    headers: { "Cache-Control": "no-store" },
  };
}

/** Mail exchanges of domains that people try. Any other domain receives its mail itself. */
const exchanges: Readonly<Record<string, readonly string[]>> = {
  "gmail.com": ["gmail-smtp-in.l.google.com"],
  "outlook.com": ["outlook-com.olc.protection.outlook.com"],
  "naver.com": ["mx1.naver.com"],
  "contoso.com": ["contoso-com.mail.protection.outlook.com"],
  "fabrikam.com": ["fabrikam-com.mail.protection.outlook.com"],
  "adatum.com": ["aspmx.l.google.com"],
};

/** A data folder's zone file: `{ "txt": { "_gatehouse.contoso.com": ["gatehouse-partner=…"] } }`. */
interface Zone {
  readonly txt?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Answers `GET /mx/DOMAIN` and `GET /txt/NAME`. A domain whose first label is `nomail` has no mail exchanges. If a domain's first label
 * names a misbehaviour, the stand-in misbehaves in that way.
 * @param file a Zone; read at each request, so that an edit applies at once
 */
export function serveNames(file: string, watch: Watch = {}): Promise<LocalServer> {
  return serveSystem(json, ({ url }) => exchangesAt(url) ?? textsAt(file, url) ?? jsonAnswer(404, {}, "404: no domain"), watch);
}

function exchangesAt({ pathname }: Received["url"]): StandInAnswer | undefined {
  const domain = /^\/mx\/([^/]+)$/.exec(pathname)?.[1];
  if (domain === undefined) return undefined;
  const [label = ""] = domain.split(".");
  const names = label === "nomail" ? [] : Object.hasOwn(exchanges, domain) ? exchanges[domain] : [`mx.${domain}`];
  return { ...jsonAnswer(200, names, `200: ${names?.length} exchanges`), about: [label] };
}

function textsAt(file: string, { pathname }: Received["url"]): StandInAnswer | undefined {
  const name = /^\/txt\/([^/]+)$/.exec(pathname)?.[1];
  if (name === undefined) return undefined;
  const { txt = {} }: Zone = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Zone) : {};
  const texts = Object.hasOwn(txt, name) ? (txt[name] ?? []) : [];
  return jsonAnswer(200, texts, `200: ${texts.length} texts`);
}
