import { setImmediate as nextTurn } from "node:timers/promises";
import type { Context, DynamoDBRecord, SQSEvent } from "aws-lambda";
import { graphEnvironment } from "../../adapters/graph/clouds";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import type { World } from "../../adapters/world";
import { haveStepsPeopleWait } from "../../engine/sign-up/waiting";
import { hygieneHandler } from "../../features/access-list/worker";
import { readAccount } from "../../features/accounts/account";
import { accountStore } from "../../features/accounts/store/accounts";
import { readRequest } from "../../features/approvals/request";
import { approvalStore } from "../../features/approvals/store/approvals";
import { provisioningHandler } from "../../features/approvals/worker/provisioning";
import { approvalPublisherHandler } from "../../features/approvals/worker/publisher";
import { sweeperHandler } from "../../features/approvals/worker/sweeper";
import { arrivalEnvironment } from "../../features/arrivals/client/settings";
import { arrivalsHandler } from "../../features/arrivals/worker";
import { auditArchiveHandler, auditTrailHandler } from "../../features/audit/worker";
import { decisionCounterHandler } from "../../features/counts/worker";
import { decidingParts } from "../../features/deciding-parts";
import { decisionPublisherHandler } from "../../features/decisions/worker";
import { accessRunStore } from "../../features/expiry/store/access-runs";
import { accessHandler } from "../../features/expiry/worker/access";
import { mailDecisionsHandler } from "../../handlers/mail-decisions";
import { connectorHandler } from "../../handlers/sign-up";
import { createApprovalsTable } from "../features/approvals/store/approvals-table";
import { lambdaContext } from "../lambda/invoke";
import type { MemoryChange } from "../memory/tables";
import { memoryWorld } from "../memory/world";
import { createDecisionsTable } from "../support/decisions-table";
import { proxyEvent } from "../support/events";
import { createKeyTable } from "../support/key-table";
import type { Chance } from "./chance";
import { type TenantAccount, type TownDirectory, townDirectory } from "./directory";
import { type Faults, faultsOf } from "./faults";
import { expiryOfTown, listsOfTown, type TownGate } from "./gates";
import { type MailedEvent, MailProcess } from "./mails";
import { Outbox } from "./outbox";
import { PERSON_KEY } from "./people";
import { lifetime, type Mortal, mortalWorld } from "./process";
import type { Promises } from "./promises";
import { Records } from "./records";
import { Chronicle } from "./replay";
import { Requests } from "./requests";
import { Trail } from "./trail";
import type { Verdicts } from "./verdicts";

const registration = { tenantId: "11111111-1111-1111-1111-111111111111", clientId: "22222222-2222-2222-2222-222222222222" };
const DECIDE_URL = "https://decide.test/decide";
const settings = {
  ACCESS_LIST_TABLE: "list",
  DECISIONS_TABLE: "decisions",
  DECISION_DAYS: "90",
  LEDGER_TABLE: "ledger",
  APPROVALS_TABLE: "approvals",
  ACCOUNTS_TABLE: "accounts",
  AUDIT_TABLE: "audit",
  AUDIT_ARCHIVE: "archive",
  LIST_CHANGES_TABLE: "changes",
  PROFILES_TABLE: "profiles",
  REFERENCE_DATA_TABLE: "values",
  POLICY_VERSION: "0123456789ab",
  PERSON_KEY_SECRET: "person-key",
  EVENT_BUS: "bus",
  APPROVALS_SECRET: "approvals-secret",
  ASKED_LISTS: JSON.stringify(listsOfTown),
  APPROVAL_MAIL_SECRET: "mail-secret",
  EXPIRY: JSON.stringify(expiryOfTown),
  GATEHOUSE_CLI_PLACE: "--stack Town",
  GATEHOUSE_DECIDE_URL: DECIDE_URL,
  GATEHOUSE_CONSOLE_URL: "https://console.test/approvals/requests/{id}",
  [graphEnvironment.tenant]: registration.tenantId,
  [graphEnvironment.client]: registration.clientId,
  [graphEnvironment.secret]: "graph-secret",
  [arrivalEnvironment.sponsors]: "true",
};
const secrets = {
  "person-key": PERSON_KEY,
  "graph-secret": "s",
  "approvals-secret": JSON.stringify({
    ...registration,
    clientSecret: "s",
    tenantDomain: "contoso.onmicrosoft.com",
    redirectUrl: "https://app.contoso.com/",
  }),
  "mail-secret": JSON.stringify({
    mailFrom: "gate@contoso.com",
    approvers: "anna@contoso.com, eve@contoso.com",
    redirectUrl: "https://app.contoso.com/",
  }),
};

/** The functions that read each table's stream. */
const readers = {
  decisions: { publisher: decisionPublisherHandler, counter: decisionCounterHandler },
  accounts: { publisher: decisionPublisherHandler },
  approvals: { publisher: approvalPublisherHandler, provisioning: provisioningHandler },
  list: { hygiene: hygieneHandler, trail: auditTrailHandler },
  values: { trail: auditTrailHandler },
} as const satisfies Readonly<Record<string, Readonly<Record<string, StreamReader>>>>;
type StreamReader = (world: World) => (event: { Records: DynamoDBRecord[] }) => Promise<{ batchItemFailures: readonly object[] }>;

/** The queues of functions, and the events that each takes from the bus. */
const queues: Readonly<Record<"arrivals" | "access" | "mail", (type: string, detail: Readonly<Record<string, unknown>>) => boolean>> = {
  arrivals: (type, { step, verdict, source }) =>
    type === "account.created.v1" ||
    (type === "sign-up.decided.v1" && step === "before-create-user" && verdict === "continue" && source === "b2b"),
  access: (type, { decision }) =>
    type === "invitation.sent.v1" ||
    (type === "approval.decided.v1" && (decision as { verdict?: string } | undefined)?.verdict === "approved"),
  mail: (type) => /^(approval\.|account\.created|invitation\.sent|access\.changed)/.test(type),
};
type QueueName = keyof typeof queues;

/** What is to be done by somebody else, and may be done twice. */
type Delivery =
  | { readonly to: StreamReader; readonly record: DynamoDBRecord }
  | { readonly to: Exclude<QueueName, "mail">; readonly event: object }
  | MailDelivery;
interface MailDelivery {
  readonly to: "mail";
  readonly event: MailedEvent;
}

/** A mail as it arrives. */
export interface TownMail {
  readonly at: number;
  readonly to: readonly string[];
  readonly text: string;
}

/** A page of the site that mails lead to. */
export interface MailVisit {
  readonly method: "GET" | "POST";
  readonly query?: string;
  readonly form?: Readonly<Record<string, string>>;
}

export interface Town {
  readonly world: World;
  readonly directory: TownDirectory;
  readonly store: ReturnType<typeof approvalStore>;
  readonly accounts: ReturnType<typeof accountStore>;
  readonly runs: ReturnType<typeof accessRunStore>;
  readonly faults: Faults;
  /** Held to what rows and events promise. */
  readonly outbox: Outbox;
  /** All that happened so far. */
  readonly chronicle: Chronicle;
  /** How often a run of a function is ended from outside, from 0 to 1. */
  deaths: number;
  /** Whether what is written now is an operator's doing. */
  isOperators: boolean;
  /** Runs something in a world that may end; its own errors are thrown if it did not. @returns undefined where it was ended */
  run<T>(work: (world: World) => Promise<T>): Promise<T | undefined>;
  /** One call of Entra's. @returns the answer's action, undefined where none comes */
  call(gate: TownGate, step: "afterSignIn" | "beforeCreateUser", claims: object): Promise<string | undefined>;
  /** Opens a page that a mail leads to, or sends its form. @returns the status, undefined where no answer comes */
  visit(visit: MailVisit): Promise<number | undefined>;
  /** The last mails that were sent. */
  readonly mails: readonly TownMail[];
  sweep(): Promise<void>;
  endAccess(): Promise<void>;
  /** Copies new entries of the trail to where nobody can change them. */
  archive(): Promise<void>;
  /** Gives what waits in streams and queues to those who wait for it. @param all whether nothing may be left */
  deliver(all: boolean): Promise<void>;
  readonly waiting: () => number;
}

/** A deployment in memory, whose functions run in the product's own code, and the tenant it works for. */
export async function foundTown(
  chance: Chance,
  clocks: { readonly entra: () => number; readonly ours: () => number },
  promises: Promises,
  verdicts: Verdicts,
  tell: (what: string, about: string) => void,
): Promise<Town> {
  let queue: Delivery[] = [];
  const faults = faultsOf(chance, tell);
  const chronicle = new Chronicle();
  const check = promises.check.bind(promises);
  const outbox = new Outbox(check);
  const requests = new Requests(check, clocks.entra);
  const trail = new Trail(check);
  const records = new Records(check);
  /** Calls of Entra's that have not been answered, and all there were. */
  const calls = { open: 0, count: 0 };
  const directory = townDirectory(clocks.entra, chance, (write) => {
    promises.directoryWrite(write);
    if (write.what === "created") {
      const [own] = write.account.identities;
      const isSame = (each: TenantAccount) =>
        own === undefined
          ? each.mail === write.account.mail
          : each.identities.some((other) => other.issuerAssignedId === own.issuerAssignedId);
      check("nobody has two accounts", [...directory.accounts.values()].filter(isSame).length === 1, { id: write.account.id });
    }
    tell(`account ${write.what}`, write.account.id);
  });
  let sequence = 0;

  function onChange({ tableName, keys, before, after }: MemoryChange): void {
    sequence += 1;
    chronicle.note(tableName, [keys, after]);
    const [was, is] = [before, after].map((item) => item && toRow(item as Item));
    outbox.rowWritten(tableName, was, is);
    if (tableName === "approvals") requests.rowWritten(was, is);
    if (tableName === "audit") trail.rowWritten(was, is);
    if (tableName === "decisions" && is !== undefined) records.rowWritten(is);
    const [OldImage, NewImage] = [before, after];
    const record = {
      eventName: after === undefined ? "REMOVE" : before === undefined ? "INSERT" : "MODIFY",
      eventID: String(sequence),
      dynamodb: {
        Keys: keys,
        ...(OldImage && { OldImage }),
        ...(NewImage && { NewImage }),
        SequenceNumber: String(sequence),
        ApproximateCreationDateTime: clocks.entra() / 1_000,
      },
    } as DynamoDBRecord;
    for (const to of Object.values<StreamReader>(readers[tableName as keyof typeof readers] ?? {})) queue.push({ to, record });
    verdicts.rowWritten(tableName, before && toRow(before as Item), after && toRow(after as Item));
    if (after === undefined) {
      promises.removed(tableName, String(toRow(keys).id));
      return;
    }
    if (tableName === "approvals") {
      const old = before && readRequest(toRow(before as Item));
      promises.requestWritten(old, readRequest(toRow(after as Item)), town.isOperators);
    }
    if (tableName === "accounts") promises.accountWritten(before && readAccount(toRow(before as Item)), readAccount(toRow(after as Item)));
  }

  const { world, observed } = memoryWorld({
    settings,
    secrets,
    clock: { now: clocks.ours, startTimer: () => () => undefined },
    random: { fraction: () => chance.next(), uuid: () => uuid(chance) },
    directory: () => directory.client(() => undefined),
    onChange,
  });
  const keyed = { list: "accessList", ledger: "ledger", accounts: "accounts", audit: "audit", changes: "listChanges" } as const;
  const edited = { profiles: "profiles", values: "referenceData" } as const;
  for (const [name, table] of Object.entries({ ...keyed, ...edited })) await createKeyTable(world.tables, name, table);
  await createApprovalsTable(world.tables, "approvals");
  await createDecisionsTable(world.tables, "decisions");
  await world.tables.call("PutItem", { TableName: "list", Item: toItem({ entry: "never.example", effect: "deny" }) });

  const mails: TownMail[] = [];
  const mailing = new MailProcess(world, check);

  /** What went out on the bus goes to those whose rules take it. */
  function route(): void {
    for (const { type, detail } of observed.events.splice(0)) {
      chronicle.note("event", [type, detail]);
      outbox.eventSent(type, detail as Readonly<Record<string, unknown>>);
      for (const [name, takes] of Object.entries(queues)) {
        if (takes(type, detail as Readonly<Record<string, unknown>>))
          queue.push({ to: name, event: { "detail-type": type, detail } } as Delivery);
      }
    }
    for (const line of observed.lines.splice(0)) chronicle.note("line", line);
    for (const mail of observed.mails.splice(0)) {
      chronicle.note("mail", mail);
      mails.push({ ...mail, at: clocks.entra() });
      tell("mail", mail.subject);
    }
    if (mails.length > MAILS_KEPT) mails.splice(0, mails.length - MAILS_KEPT);
  }

  /** @param onEnd called once the run is over, however it ended */
  async function runMortal<T>(
    work: (world: World) => Promise<T>,
    onEnd: (mortal: Mortal) => void = () => undefined,
  ): Promise<T | undefined> {
    const mortal = mortalWorld(world, directory, {
      faults,
      lasts: lifetime(chance, town.deaths),
      isFragile: chance.is(town.deaths / 2),
      onAfterlife: () => check("what a function does ends with its answer", false, {}),
    });
    const result = await work(mortal.world).catch((error: unknown) => {
      if (!mortal.isExcused()) throw promises.broken ?? error;
      return undefined;
    });
    mortal.end();
    onEnd(mortal);
    await nextTurn();
    // A handler may have caught it.
    if (promises.broken !== undefined) throw promises.broken;
    return mortal.isDead() ? undefined : result;
  }

  /** Whether it was taken. */
  async function give(delivery: Delivery): Promise<boolean> {
    const failures = await runMortal(async (mortal): Promise<number> => {
      if ("record" in delivery) return (await delivery.to(mortal)({ Records: [delivery.record] })).batchItemFailures.length;
      if (delivery.to === "access") {
        await accessHandler(mortal)(delivery.event, plenty);
        return 0;
      }
      const message = { Records: [{ messageId: "1", body: JSON.stringify(delivery.event) }] } as SQSEvent;
      return (await arrivalsHandler(mortal)(message)).batchItemFailures.length;
    });
    route();
    return failures === 0;
  }

  /** Several events to the function that mails, in one run. @returns which were taken */
  async function giveMails(events: readonly MailedEvent[]): Promise<readonly boolean[]> {
    const left = await runMortal(
      async (mortal) => await mailing.run(mortal, events, plenty),
      ({ isDead }) => {
        if (isDead()) mailing.killed();
      },
    );
    route();
    return events.map((_, index) => left?.has(index) === false);
  }

  const town: Town = {
    world,
    directory,
    store: approvalStore(world.tables, "approvals"),
    accounts: accountStore(world.tables, "accounts"),
    runs: accessRunStore(world.tables, "ledger"),
    faults,
    outbox,
    chronicle,
    deaths: 0,
    isOperators: false,
    run: async (work) => await runMortal(work),
    async call({ name, source, ...policies }, step, claims) {
      const path = step === "afterSignIn" ? "/after-sign-in" : "/before-create-user";
      const b2c = source === "b2c" && {
        step: step === "afterSignIn" ? "PostFederationSignup" : "PostAttributeCollection",
        client_id: "shop",
      };
      const event = proxyEvent(path, JSON.stringify({ ...b2c, ...claims }));
      const requestContext = { ...event.requestContext, requestTimeEpoch: clocks.ours() };
      const { length } = observed.lines;
      const isFirst = calls.open === 0;
      calls.open += 1;
      calls.count += 1;
      const { count } = calls;
      let own: Mortal | undefined;
      const answer = await runMortal(
        (mortal) => {
          const next = haveStepsPeopleWait([policies.afterSignIn, policies.beforeCreateUser]) && { NEXT_HAS_PEOPLE_WAIT: "true" };
          const ownWorld = { ...mortal, settings: { ...settings, ...(name !== undefined && { GATE: name }), ...next } };
          return connectorHandler(policies[step], decidingParts)(ownWorld)({ ...event, requestContext }, lambdaContext);
        },
        (mortal) => {
          own = mortal;
        },
      ).finally(() => {
        calls.open -= 1;
      });
      chronicle.note("answer", answer);
      if (answer === undefined) return undefined;
      const { action } = JSON.parse(answer.body) as { action: string };
      records.answered(observed.lines, length, isFirst && count === calls.count && own?.isExcused() === false);
      const isRead = ![...(own?.unread ?? [])].some((key) => key.startsWith("list "));
      check("nobody goes on before all that the list says of them is read", action !== "Continue" || isRead, { step });
      return action;
    },
    async visit({ method, query = "", form }) {
      const event = {
        version: "2.0",
        routeKey: "$default",
        rawPath: "/decide",
        rawQueryString: query,
        headers: { host: "decide.test", ...(form && { "content-type": "application/x-www-form-urlencoded" }) },
        requestContext: {
          http: { method, path: "/decide", sourceIp: "192.0.2.7" },
          domainName: "decide.test",
          requestId: "1",
          timeEpoch: 0,
        },
        isBase64Encoded: false,
        ...(form && { body: new URLSearchParams(form).toString() }),
      };
      const answer = await town.run((mortal) => mailDecisionsHandler(mortal)(event as never, lambdaContext));
      return (answer as { statusCode?: number } | undefined)?.statusCode;
    },
    mails,
    async sweep() {
      await town.run((mortal) => sweeperHandler(mortal)({}, plenty));
    },
    async endAccess() {
      await town.run((mortal) => accessHandler(mortal)({}, plenty));
    },
    async archive() {
      await town.run((mortal) => auditArchiveHandler(mortal)({}, plenty));
    },
    async deliver(all) {
      for (let round = 0; queue.length > 0 && round < (all ? 5 : 1); round++) {
        const now = mixed(queue, chance);
        queue = [];
        const left: Delivery[] = [];
        // What a reader has not taken keeps all that follows of its row.
        const stuck = new Set<string>();
        for (const some of atOnce(now, chance)) {
          const taken = areMails(some)
            ? await giveMails(some.map(({ event }) => event))
            : await Promise.all(
                some.map(async (delivery) => !stuck.has(rowBehind(delivery)) && (all || chance.is(0.9)) && (await give(delivery))),
              );
          for (const [index, delivery] of some.entries()) {
            const isTaken = taken[index];
            if (!isTaken && "record" in delivery) stuck.add(rowBehind(delivery));
            // A queue gives out again what failed, and sometimes what did not; not for ever. Accounts are looked for until all is settled. The stream gives up what makes accounts after some tries.
            const isGivenUp = "record" in delivery && delivery.to === provisioningHandler && chance.is(0.4);
            const isKept = all || ("record" in delivery ? !isGivenUp : delivery.to === "arrivals");
            if (!isTaken ? isKept || chance.is(0.95) : chance.is(0.02)) left.push(delivery);
          }
        }
        queue = [...left, ...queue];
      }
      if (all) {
        outbox.settled(queue.filter((each) => "record" in each || each.to === "mail").length, directory.accounts.values());
        queue = [];
        requests.settled();
        await town.archive();
        trail.settled(observed.objects);
      }
    },
    waiting: () => queue.length,
  };
  return town;
}

const plenty = { getRemainingTimeInMillis: () => 900_000 } as Context;
/** Whoever has not read a mail by then has lost it. */
const MAILS_KEPT = 50;
/** The row that a change is of; nothing where order does not count. */
function rowBehind(delivery: Delivery): string {
  return "record" in delivery ? `${delivery.to.name} ${JSON.stringify(delivery.record.dynamodb?.Keys)}` : "";
}

const areMails = (some: readonly Delivery[]): some is readonly MailDelivery[] => some[0]?.to === "mail";

/** Some functions run at the same time: not for one row, and not the one that mails, which takes several events at once. */
function* atOnce(given: readonly Delivery[], chance: Chance): Generator<readonly Delivery[]> {
  const [mails, all] = [given.filter((each) => each.to === "mail"), given.filter((each) => each.to !== "mail")];
  for (let at = 0; at < mails.length; ) {
    const some = mails.slice(at, at + 1 + chance.below(3));
    // By its reference it is clear which event a mail is about.
    const areApart = new Set(some.map(({ event }) => event.detail.reference)).size === some.length;
    yield areApart ? some : some.slice(0, 1);
    at += areApart ? some.length : 1;
  }
  for (let at = 0; at < all.length; ) {
    const some = all.slice(at, at + (chance.is(0.2) ? 3 : 1));
    const keys = new Set(some.map((each) => rowBehind(each)));
    const areApart = keys.size === some.length && !keys.has("");
    yield areApart ? some : some.slice(0, 1);
    at += areApart ? some.length : 1;
  }
}

/** In another order, but for what is of one row. */
function mixed(queue: readonly Delivery[], chance: Chance): readonly Delivery[] {
  const places = new Map<string, number>();
  const placed = queue.map((delivery) => {
    const key = rowBehind(delivery);
    const place = (key === "" ? undefined : places.get(key)) ?? chance.next();
    places.set(key, place);
    return { delivery, place };
  });
  return placed.sort((one, other) => one.place - other.place).map(({ delivery }) => delivery);
}

function uuid(chance: Chance): string {
  const digits = Array.from({ length: 32 }, () => chance.below(16).toString(16)).join("");
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`, digits.slice(20)].join("-");
}
