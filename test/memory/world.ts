import { type AwsClient, AwsError } from "../../adapters/aws/client";
import type { BusEvent } from "../../adapters/aws/event-bus";
import type { Mail } from "../../adapters/mail/send";
import { system } from "../../adapters/system";
import type { World } from "../../adapters/world";
import { type MemoryChange, memoryTables } from "./tables";

/** A line of the log: its message, and what it says besides. */
interface MemoryLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly facts: object;
}

/** What handlers did outside their world's tables, in order. */
export interface Observed {
  readonly lines: MemoryLine[];
  /** How often each metric was counted. */
  readonly counts: Map<string, number>;
  readonly events: (Omit<BusEvent, "time"> & { readonly time: number })[];
  readonly mails: (Mail & { readonly from: string })[];
  /** Functions that were started, each with its event. */
  readonly started: { readonly name: string; readonly event: object }[];
  /** Objects in buckets: `bucket/name` -> text. */
  readonly objects: Map<string, string>;
}

export interface MemoryOptions extends Partial<Pick<World, "settings" | "clock" | "random" | "directory" | "call">> {
  /** Values of secrets, by their ids. They may change while the world lasts. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Called for each change of a row, as a stream would report it. */
  readonly onChange?: (change: MemoryChange) => void;
}

/** A world in memory, for tests and simulations: nothing in it needs a network, a file or an account. */
export function memoryWorld(options: MemoryOptions = {}): { readonly world: World; readonly observed: Observed } {
  const {
    settings = {},
    secrets = {},
    clock = system.clock,
    random = system.random,
    directory = noDirectory,
    call = noFunction,
    onChange,
  } = options;
  const observed: Observed = { lines: [], counts: new Map(), events: [], mails: [], started: [], objects: new Map() };
  const line =
    (level: MemoryLine["level"]) =>
    (message: string, facts: object = {}) =>
      void observed.lines.push({ level, message, facts });
  const world: World = {
    settings,
    clock,
    random,
    directory,
    call,
    log: {
      info: line("info"),
      warn: line("warn"),
      error: line("error"),
      count: (name) => void observed.counts.set(name, (observed.counts.get(name) ?? 0) + 1),
      gauge: (name, value) => void observed.counts.set(name, value),
      middlewares: [],
    },
    tables: memoryTables(onChange),
    secrets: service({
      GetSecretValue({ SecretId = "", VersionStage = "AWSCURRENT" }) {
        const SecretString = VersionStage === "AWSCURRENT" ? secrets[String(SecretId)] : undefined;
        if (SecretString === undefined) throw new AwsError("ResourceNotFoundException", "There is no such secret.", 400, {});
        return { SecretString, VersionId: "current", CreatedDate: 0 };
      },
    }),
    bus: {
      listRules: async () => ({ Rules: [{ State: "ENABLED" }] }),
      async putEvents({ Entries = [] }) {
        for (const { Source: source = "", DetailType: type = "", Time = new Date(0), Detail = "" } of Entries) {
          observed.events.push({ source, type, time: Time.getTime(), detail: JSON.parse(Detail) as object });
        }
        return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
      },
    },
    alarms: async () => [],
    templateMetadata: async () => ({}),
    eventSources: async () => [],
    functions: (name) => ({
      async start(event) {
        observed.started.push({ name, event });
      },
    }),
    archive: (bucket) => ({
      async add(name, text) {
        const place = `${bucket}/${name}`;
        if (observed.objects.has(place)) return false;
        observed.objects.set(place, text);
        return true;
      },
    }),
    async mail(mail, from) {
      observed.mails.push({ ...mail, from });
      return `message-${observed.mails.length}`;
    },
    mailAccount: async () => ({ isSending: true, isInProduction: true, isQuotaSpent: false, rate: 1_000 }),
  };
  return { world, observed };
}

type Operations = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object>>;

/** A service of some operations. */
function service(operations: Operations): AwsClient {
  return {
    warm: () => undefined,
    async call<T>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
      signal?.throwIfAborted();
      const work = operations[operation];
      if (work === undefined) throw new AwsError("UnknownOperationException", `The world in memory does not know ${operation}.`, 400, {});
      return work(input as Readonly<Record<string, unknown>>) as T;
    },
  };
}

function noDirectory(): never {
  throw new Error("This world has no directory: hand one in.");
}

function noFunction(): never {
  throw new Error("This world has no functions to call: hand them in.");
}
