import { momentId } from "../../../adapters/system";
import { tables } from "../../../adapters/tables/tables";
import type { CommandContext, JsonOption } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { assertGate } from "../../../cli/gates";
import { callGraph, type GraphNeeds } from "../../../cli/graph/access";
import { graphFor, type TenantOptions } from "../../../cli/graph/sign-in";
import { interruptible, lineDue, showProgress } from "../../../cli/long-tasks";
import { formatCount, type Output, printTable, warnOfUnreadable } from "../../../cli/output";
import { localTime, momentFrom } from "../../../cli/typed";
import { keepGiven } from "../../../engine/json";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { letSomebodyIn } from "../../../engine/sign-up/record";
import { approvalStore } from "../../approvals/store/approvals";
import { openAuditStore } from "../../audit/verbs/trail";
import { decisionStore } from "../../decisions/store/decisions";
import { decisionsLettingIn } from "../../decisions/store/letting-in";
import type { AdoptionSkip } from "../adoption";
import { AdmittedPeople, type AdmittedPerson, type Adopted, type AdoptionPorts, adoptAccount } from "../store/adopt";
import { accountsAt, expiryAt } from "./accounts";

interface AdoptOptions extends TenantOptions, JsonOption {
  readonly since?: string;
  readonly yes?: boolean;
}

const needs: GraphNeeds = { permissions: ["User.Read.All", "Directory.Read.All"], roles: ["Directory Readers"] };

export async function adoptAccounts(options: AdoptOptions, session: CommandContext): Promise<void> {
  const { output, time } = session;
  const now = () => time?.now() ?? new Date();
  if (options.since === undefined) throw new CommandError("Say since when people were let in: --since 365d, or --since 2026-01-01.");
  const from = momentFrom(options.since, now());
  // The option --gate selects people here, not the deployment.
  const deployment = await deploymentFor({ ...options, gate: undefined } as AdoptOptions);
  assertGate(options, deployment.gates);
  const expiry = expiryAt(deployment);
  if (Object.keys(expiry).length === 0) throw new CommandError("No gate's policy has expiry(), so accounts get no end.");
  const people = await peopleLetIn(from, now(), options.gate, deployment, output);
  const ports = { ...(await portsFor(options, deployment, session)), expiry, now };
  const adoptions = await interruptible(async ({ signal }) => await adoptAll(people, ports, signal, output));
  report(adoptions, people.length, options, session);
  if (adoptions.length < people.length) throw new CommandError("Interrupted. To continue, repeat the command.", exitCodes.interrupted);
}

async function peopleLetIn(
  from: Date,
  to: Date,
  gate: string | undefined,
  { dynamodb, decisionsTable }: Deployment,
  output: Output,
): Promise<readonly AdmittedPerson[]> {
  const unreadable: string[] = [];
  const decisions = decisionStore(dynamodb, decisionsTable, ({ id }) => unreadable.push(id));
  const people = new AdmittedPeople();
  const isDue = lineDue();
  let read = 0;
  for await (const records of decisionsLettingIn(decisions, { from: from.toISOString(), to: to.toISOString() })) {
    read += records.length;
    if (isDue()) output.warn(`Reading: ${read} decisions that let somebody in …`);
    for (const record of records) {
      if (letSomebodyIn(record) && (gate === undefined || (record.gate ?? DEFAULT_GATE) === gate)) people.add(record);
    }
  }
  warnOfUnreadable(output, unreadable);
  return people.all();
}

async function portsFor(
  options: AdoptOptions,
  deployment: Deployment,
  { output, time }: CommandContext,
): Promise<Omit<AdoptionPorts, "expiry" | "now">> {
  const { dynamodb: client, tableOf } = deployment;
  const by = await deployment.caller();
  const trail = openAuditStore(deployment);
  const began = time?.now() ?? new Date();
  const entry = { by, via: "command", action: "access.adopted", act: momentId(began) } as const;
  return {
    accounts: accountsAt(deployment, output),
    requests: approvalStore(client, tableOf("approvals"), () => undefined),
    graph: await graphFor({ ...options, time }, deployment, output, { needs, version: "v1.0" }),
    ledger: { client, name: tableOf("ledger"), key: tables.ledger.key },
    hashes: await deployment.hashes(),
    // A local account's address is stored with the tenant's domain as issuer.
    tenantDomain: options.tenant?.includes(".") ? options.tenant : undefined,
    say: { by: { kind: "cli", name: by } },
    ...(options.yes && {
      write: ({ reference, email, until }, change) =>
        trail.audited({ ...entry, subject: reference, after: { email, ...keepGiven({ until }) } }, time?.now() ?? new Date(), change),
    }),
  };
}

async function adoptAll(
  people: readonly AdmittedPerson[],
  ports: AdoptionPorts,
  signal: AbortSignal,
  output: Output,
): Promise<readonly Adopted[]> {
  const adoptions: Adopted[] = [];
  const progress = showProgress(ports.write === undefined ? "Looking" : "Taking in", people.length, output);
  try {
    for (const person of people) {
      if (signal.aborted) break;
      adoptions.push(await callGraph(() => adoptAccount(person, ports), {}, needs));
      progress.advance(1);
    }
  } finally {
    progress.stop();
    if (adoptions.length < people.length && !signal.aborted)
      output.warn(`Stopped after ${adoptions.length} of ${people.length}. To continue, repeat the command.`);
  }
  return adoptions;
}

function report(adoptions: readonly Adopted[], people: number, { yes, json }: AdoptOptions, session: CommandContext): void {
  const { output } = session;
  if (json) for (const each of adoptions) output.json(each);
  else {
    const rows = adoptions.map((each) => [each.email, fateText(each, yes === true), each.reference]);
    printTable(output, ["E-MAIL", "RESULT", "REFERENCE"], rows);
  }
  const count = (outcome: Adopted["outcome"]) => adoptions.filter((each) => each.outcome === outcome).length;
  const foundCount = count("found");
  output.warn(
    `${formatCount(people, "person", "people")} let in: ${foundCount} ${yes ? "taken in" : "found"}, ${count("already")} there already, ${count("not-found")} not found, ${count("ambiguous")} ambiguous, ${count("skipped")} left out.`,
  );
  if (!yes && foundCount > 0) {
    output.warn("Nothing was written. To take them in, add --yes.");
    session.exitCode = exitCodes.changes;
  }
}

function fateText(adoption: Adopted, isTaken: boolean): string {
  switch (adoption.outcome) {
    case "found":
      return `${isTaken ? "taken in" : "found"}, until ${localTime(adoption.until)}`;
    case "already":
      return "there already";
    case "not-found":
      return "no account found";
    case "ambiguous":
      return "several accounts: none is taken in";
    case "skipped":
      return `left out: ${skips[adoption.why]}`;
  }
}

const skips: Readonly<Record<AdoptionSkip, string>> = {
  "other-time": "the account was made at another time than the decision",
  colleague: "a colleague's account",
  "other-provider": "the account has another identity provider",
  role: "it has a directory role",
  "other-address": "it goes by another address by now",
  disabled: "somebody disabled it",
  "other-person": "its row is another person's",
  "no-end": "the gate's policy has no expiry()",
};
