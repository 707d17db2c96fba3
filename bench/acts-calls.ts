import { join } from "node:path";
import type { AwsClient } from "../adapters/aws/client";
import type { TestConsole } from "../test/console/support";

// Each act has a console of its own, with tables in memory. All modules are loaded from a checkout's folder, which may be an older one.

/** Number of calls, by operation of DynamoDB. */
export type Calls = Readonly<Record<string, number>>;

interface Prepared {
  readonly pages: TestConsole;
  /** The tables, whose calls are counted once `act` runs. */
  readonly client: AwsClient;
  readonly load: <M>(path: string) => Promise<M>;
}

/** Prepares an act on so many rows. @returns the act */
type Preparation = (prepared: Prepared, size: number) => Promise<() => Promise<unknown>>;

const DOMAIN = "many.example";
const AUTHOR = { by: "oid-1", name: "Kim", via: "console", account: "oid-1", userNames: ["kim@contoso.com"] } as const;
const DAYS_AHEAD = 100;
const at = (index: number) => `p${index}@${DOMAIN}`;

const decideMany =
  (verb: string): Preparation =>
  async ({ pages, load }, size) => {
    const { seed } = await load<typeof import("../test/features/approvals/pages/seed")>("test/features/approvals/pages/seed");
    const request = (await seed(pages, DOMAIN, size)).map(({ id, reference, decision }) => `${id}/${reference}/${decision?.at ?? ""}`);
    return () => pages.post("/approvals/decide", "Approver", { verb, request, sure: "yes", back: "/approvals" });
  };

const denyDomain: Preparation = async ({ pages, load }, size) => {
  const { seed } = await load<typeof import("../test/features/approvals/pages/seed")>("test/features/approvals/pages/seed");
  await seed(pages, DOMAIN, size);
  return () => pages.post("/approvals/deny-domain", "Administrator", { domain: DOMAIN, sure: "yes", confirm: DOMAIN });
};

async function openJobs({ pages, client, load }: Prepared) {
  const jobs = await load<typeof import("../features/people-jobs/jobs")>("features/people-jobs/jobs");
  const { accessJobs } = await load<typeof import("../features/expiry/jobs")>("features/expiry/jobs");
  const { inviteJobs } = await load<typeof import("../features/invitations/jobs")>("features/invitations/jobs");
  const place = { ...pages.world.place, tables: client };
  return { ...jobs, ports: jobs.openPeopleJobs(place, { ...accessJobs, ...inviteJobs }, () => new Date()) };
}

async function letIn({ client, load }: Prepared, size: number) {
  const { accountStore } = await load<typeof import("../features/accounts/store/accounts")>("features/accounts/store/accounts");
  const { arrive } = await load<typeof import("../features/accounts/change")>("features/accounts/change");
  const { newcomer } = await load<typeof import("../test/features/accounts/accounts")>("test/features/accounts/accounts");
  const accounts = accountStore(client, "accounts-test");
  const until = new Date(Date.now() + DAYS_AHEAD * 86_400_000).toISOString();
  const people = Array.from({ length: size }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    personId: `person-${index}`,
  }));
  for (const [index, person] of people.entries())
    await accounts.change(person.id, (stored) =>
      arrive(stored, { ...newcomer, ...person, email: at(index), until, sponsor: "lee@contoso.com" }, new Date()),
    );
  return people;
}

const changeAccess =
  (kind: "access.end" | "access.extend" | "access.sponsor", input: object): Preparation =>
  async (prepared, size) => {
    const people = await letIn(prepared, size);
    const { beginPeopleJob, ports } = await openJobs(prepared);
    return () => beginPeopleJob({ ...AUTHOR, kind, input: input as Readonly<Record<string, unknown>> }, people, ports);
  };

const undoEnd: Preparation = async (prepared, size) => {
  const people = await letIn(prepared, size);
  const { beginPeopleJob, undoPeopleJob, ports } = await openJobs(prepared);
  const { id } = await beginPeopleJob({ ...AUTHOR, kind: "access.end", input: {} }, people, ports);
  return () => undoPeopleJob(id, AUTHOR, ports);
};

async function listInvitees({ load }: Prepared, size: number) {
  const { invitationId } = await load<typeof import("../features/approvals/invite-person")>("features/approvals/invite-person");
  const { buildPersonId } = await load<typeof import("../engine/sign-up/person")>("engine/sign-up/person");
  const { hashOf } = await load<typeof import("../test/engine/sign-up/people")>("test/engine/sign-up/people");
  return Array.from({ length: size }, (_, index) => {
    const email = at(index);
    return { email, id: invitationId(email, undefined, hashOf), personId: buildPersonId(email, hashOf) };
  });
}

const inviteMany: Preparation = async (prepared, size) => {
  const people = (await listInvitees(prepared, size)).map((each) => ({ ...each, answered: ["no-rule"] }));
  const { beginPeopleJob, ports } = await openJobs(prepared);
  return () => beginPeopleJob({ ...AUTHOR, kind: "invitations.invite", input: { days: 30 } }, people, ports);
};

const undoInvitations: Preparation = async (prepared, size) => {
  const { beginPeopleJob, undoPeopleJob, ports } = await openJobs(prepared);
  const people = (await listInvitees(prepared, size)).map((each) => ({ ...each, answered: ["no-rule"] }));
  const { id } = await beginPeopleJob({ ...AUTHOR, kind: "invitations.invite", input: { days: 30 } }, people, ports);
  return () => undoPeopleJob(id, AUTHOR, ports);
};

/** The first rows are too many for one transaction, so they are written as a job. */
const SHORT_EDIT = 100;

async function openList({ pages, client, load }: Prepared, size: number) {
  const { changeSetStore } = await load<typeof import("../features/access-list/store/change-sets")>(
    "features/access-list/store/change-sets",
  );
  const edits = await load<typeof import("../features/access-list/store/edits")>("features/access-list/store/edits");
  const reverts = await load<typeof import("../features/access-list/store/revert")>("features/access-list/store/revert");
  const { toRowChange } = await load<typeof import("../features/access-list/store/row-changes")>("features/access-list/store/row-changes");
  const { toItem } = await load<typeof import("../adapters/tables/item")>("adapters/tables/item");
  const { auditStore } = await load<typeof import("../features/audit/store/trail")>("features/audit/store/trail");
  const { hashOf } = await load<typeof import("../test/engine/sign-up/people")>("test/engine/sign-up/people");
  const changes = changeSetStore(client, "list-changes-test");
  const ports = { client, list: pages.database.tableName, changes, trail: auditStore(client, "audit-test", async () => ({ hashOf })) };
  const rows = Array.from({ length: SHORT_EDIT + size }, (_, index) => ({
    entry: `e${index}.example`,
    effect: index % 2 ? "allow" : "deny",
  }));
  const { draft, rows: changed } = edits.listEdit(
    rows.map((row) => toRowChange({ after: toItem(row) })),
    "list import",
  );
  const edit = () => edits.applyEdit(ports, { ...draft, by: AUTHOR.by, name: AUTHOR.name }, changed, new Date());
  return { ports, edit, reverts, edits };
}

const revertList: Preparation = async (prepared, size) => {
  const { ports, edit, reverts, edits } = await openList(prepared, size);
  const set = (await edit())?.set;
  if (set === undefined) throw new Error("Nothing was edited.");
  return async () => {
    const plan = await reverts.planRevert(ports.changes, set, reverts.rowReader(ports.client, ports.list), 10);
    const draft = { ...reverts.buildRevertDraft(set, plan), by: AUTHOR.by, name: AUTHOR.name, means: "list revert" } as const;
    await edits.applyEdit(ports, draft, plan.rows, new Date(), { revertedSet: set });
  };
};

async function openIncident({ pages, client, load }: Prepared, size: number) {
  const { incidentStore } = await load<typeof import("../features/incidents/store/incidents")>("features/incidents/store/incidents");
  const selecting = await load<typeof import("../features/incidents/store/select")>("features/incidents/store/select");
  const working = await load<typeof import("../features/incidents/store/work")>("features/incidents/store/work");
  const { admitted } = await load<typeof import("../test/cli/records")>("test/cli/records");
  const { decisionStore } = await load<typeof import("../features/decisions/store/decisions")>("features/decisions/store/decisions");
  const { ports: list } = await openList({ pages, client, load }, 0);
  const incidents = incidentStore(client, "list-changes-test");
  const decisions = decisionStore(client, "decisions-test");
  for (let index = 0; index < size; index++)
    await decisions.keep(admitted(`p${index}`, 0.5, { email: at(index), personId: `person-${index}` }), 90);
  const selection = { from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date().toISOString() };
  const ports = {
    ...{ client, accessListTable: list.list, changeSets: list.changes, incidents, decisions, trail: list.trail },
    directory: () => Promise.reject(new Error("Only the list is edited.")),
    now: () => new Date(),
    signal: new AbortController().signal,
  };
  const open = async () => await selecting.openIncident(incidents, await selecting.selectPeople(decisions, selection), AUTHOR, new Date());
  const work = async (id: string, verb: "act" | "undo") => {
    const incident = await incidents.get(id);
    if (incident === undefined) throw new Error(`There is no incident ${id}.`);
    const step = await working.takeStep(
      incidents,
      incident,
      verb,
      { by: "oid-2", name: "Lee", listOnly: true, byWorker: false },
      new Date(),
    );
    if (step.done === "asked") {
      const confirmed = await working.takeStep(incidents, step.incident, verb, { ...AUTHOR, listOnly: true, byWorker: false }, new Date());
      if (confirmed.done !== "begun") throw new Error(`Not begun: ${confirmed.objection}`);
      await working.workOn(confirmed.incident, AUTHOR, ports);
    } else if (step.done === "begun") await working.workOn(step.incident, AUTHOR, ports);
    else throw new Error(`Not begun: ${step.objection}`);
  };
  return { open, work };
}

const incidentStep =
  (verb: "open" | "act" | "undo"): Preparation =>
  async (prepared, size) => {
    const { open, work } = await openIncident(prepared, size);
    if (verb === "open") return open;
    const { id } = await open();
    if (verb === "undo") await work(id, "act");
    return () => work(id, verb);
  };

export const manyActs = {
  "approve requests": decideMany("approve"),
  "deny requests": decideMany("deny"),
  "deny a domain with its requests": denyDomain,
  "invite people": inviteMany,
  "take invitations back": undoInvitations,
  "end access": changeAccess("access.end", {}),
  "extend access": changeAccess("access.extend", { days: 30 }),
  "change the sponsor": changeAccess("access.sponsor", { sponsor: "mina@contoso.com" }),
  "undo an end of access": undoEnd,
  "edit the list": async (prepared, size) => (await openList(prepared, size)).edit,
  "revert an edit": revertList,
  "open an incident": incidentStep("open"),
  "shut out an incident's people": incidentStep("act"),
  "undo an incident": incidentStep("undo"),
} as const satisfies Readonly<Record<string, Preparation>>;

export type ManyAct = keyof typeof manyActs;

/** Does an act on so many rows. @param root the folder of a checkout */
export async function countCalls(name: ManyAct, size: number, root: string): Promise<Calls> {
  const load = async <M>(path: string) => (await import(join(root, path))) as M;
  const { startConsole } = await load<typeof import("../test/console/support")>("test/console/support");
  const pages = await startConsole();
  const calls: Record<string, number> = {};
  try {
    const { client } = pages.database;
    const act = await manyActs[name]({ pages, client, load }, size);
    pages.database.operations();
    await act();
    for (const operation of pages.database.operations()) calls[operation] = (calls[operation] ?? 0) + 1;
    return calls;
  } finally {
    await pages.close();
  }
}
