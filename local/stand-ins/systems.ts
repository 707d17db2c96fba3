import * as v from "valibot";
import type { SecretStore } from "../secrets";
import type { LocalServer } from "../server";
import type { Template } from "../template";
import { serveExperian } from "./experian";
import { serveHttpSource } from "./http-source";
import { serveIdology } from "./idology";
import type { Received, Watch } from "./outside-system";

const names = ["idology", "experian", "http"] as const;
type Name = (typeof names)[number];

export type OnRequest = (system: string, received: Received) => void;

export interface SystemsOptions {
  /** Those that somebody else answers for, by name. */
  readonly replaced: ReadonlyMap<string, string>;
  /** Takes lines about what a system answered. */
  readonly tell: (system: string, lines: readonly string[]) => void;
  readonly onRequest: OnRequest | undefined;
}

/** The stand-ins for systems outside. */
export interface Systems {
  /** Where they answer, by the name that `--endpoint` knows them by. */
  readonly urls: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** Starts the stand-ins for all systems that nobody else answers for. */
export async function serveSystems(template: Template, store: SecretStore, options: SystemsOptions): Promise<Systems> {
  const secret = secretsOf(template, store);
  const watched = (name: Name): Watch => ({
    onRequest: (received) => options.onRequest?.(name, received),
    onAnswer: (said) => options.tell(name, [`stand-in answered ${said}`]),
  });
  const starts: Readonly<Record<Name, () => Promise<LocalServer>>> = {
    idology: () => serveIdology(() => secret("idology"), watched("idology")),
    experian: () => serveExperian(() => secret("experian"), watched("experian")),
    http: () => serveHttpSource(watched("http")),
  };
  const wanted = names.filter((name) => !options.replaced.has(name));
  const servers = await Promise.all(wanted.map(async (name) => [name, await starts[name]()] as const));
  return {
    urls: new Map(servers.map(([name, { url }]) => [name, url])),
    close: async () => {
      await Promise.all(servers.map(([, server]) => server.close()));
    },
  };
}

const arnsSchema = v.record(v.string(), v.string());
const membersSchema = v.record(v.string(), v.unknown());

/** Reads the policy's secrets as they stand: undefined for one that no rule declares, without members where it holds no JSON object. */
function secretsOf(template: Template, store: SecretStore): (name: string) => Readonly<Record<string, unknown>> | undefined {
  const output = template.output("PolicySecrets");
  const arns = new Map(output === undefined ? [] : Object.entries(v.parse(arnsSchema, JSON.parse(output))));
  return (name) => {
    const arn = arns.get(name);
    return arn === undefined ? undefined : membersOf(store.current(arn));
  };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const read = v.safeParse(membersSchema, JSON.parse(text));
    return read.success ? read.output : {};
  } catch {
    return {};
  }
}
