import { type GraphClient, GraphError } from "../../../adapters/graph/graph";
import { accountOfId, accountsOfAddress, accountsOfIdentity, setSignIn } from "../../../adapters/graph/users";
import type { DynamoTable } from "../../../adapters/tables/table";
import type { DirectoryAccount } from "../../../engine/directory-account";
import type { PersonHashes } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { accountOfJourney } from "../../external-tenant/store/journey-account";
import type { IncidentPerson, PersonState } from "../incident";
import { fateOfAccount, fateOfUndoing } from "../steps";
import type { DenyPorts } from "./denies";
import type { Hold } from "./hold";

/** Least time from one person to the next: at most 200 people a minute. */
const PERSON_MS = 300;
/** If Graph refuses this many times without a success, the run stops, because the application then lacks the permission. */
const MOST_REFUSED = 5;

export interface DirectoryPorts {
  /** Contains the journeys, each of which leads from a decision to its account. */
  readonly ledger: DynamoTable;
  readonly hashes: PersonHashes;
  readonly graph: Pick<GraphClient, "get" | "patch" | "address" | "pause">;
  readonly issuer?: string | undefined;
}

interface Ports extends DirectoryPorts, Pick<DenyPorts, "incidents" | "decisions" | "now" | "signal"> {
  /** Called after each person. */
  onDone?(): void;
}

/**
 * Disables the accounts that the selected decisions created. If `isOn` is true, enables the accounts that the incident disabled instead. A
 * repeat skips completed people.
 * @returns Graph's last refusal
 */
export async function switchAccounts(
  hold: Hold,
  isOn: boolean,
  isMeant: (person: IncidentPerson) => boolean,
  ports: Ports,
): Promise<GraphError | undefined> {
  const { incidents, decisions, graph, now, signal } = ports;
  const { id } = hold.incident;
  let [done, refused] = [0, 0];
  let last: GraphError | undefined;
  for await (const page of incidents.people(id)) {
    const people = page.filter(isMeant);
    const records = new Map(isOn ? [] : (await decisions.whole(people)).map((record) => [record.id, record]));
    for (const person of people) {
      signal.throwIfAborted();
      const began = now().getTime();
      // Minutes may have passed since the last write. This write throws if somebody has undone the incident meanwhile.
      await hold.write({});
      const member = createStateMover(id, person, incidents);
      const account = isOn ? await accountToEnable(member, ports) : await accountToDisable(member, records.get(person.id), ports);
      const refusal = account === undefined ? undefined : await switchSignIn(member, account, isOn, ports);
      if (refusal !== undefined) refused += 1;
      else if (member.person.state === "disabled") done += 1;
      last = refusal ?? last;
      if (!isOn && refusal !== undefined && done === 0 && refused >= MOST_REFUSED) throw refusal;
      ports.onDone?.();
      await graph.pause(Math.max(PERSON_MS - (now().getTime() - began), 0));
    }
  }
  return last;
}

type Member = ReturnType<typeof createStateMover>;

/** The method `to` changes nothing if somebody else has changed the state. */
function createStateMover(incident: string, initialPerson: IncidentPerson, incidents: Ports["incidents"]) {
  let person = initialPerson;
  return {
    get person() {
      return person;
    },
    async to(state: PersonState, facts: Partial<IncidentPerson> = {}): Promise<boolean> {
      const isMoved = await incidents.move(incident, person, { ...facts, state });
      if (isMoved) person = { ...person, ...facts, state };
      return isMoved;
    },
  };
}

async function accountToDisable(member: Member, record: DecisionRecord | undefined, ports: Ports): Promise<string | undefined> {
  const { person } = member;
  const knownAccountId = person.account ?? (record && (await accountOfJourney(record, ports)));
  const facts = knownAccountId === undefined ? {} : { account: knownAccountId };
  const isForgotten = knownAccountId === undefined && record?.email === undefined;
  const accounts =
    knownAccountId === undefined
      ? await readPersonAccounts(record, ports)
      : [(await accountOfId(ports.graph, knownAccountId)) ?? []].flat();
  const fate = isForgotten ? ({ state: "forgotten" } as const) : fateOfAccount(accounts, { ...person, ...facts });
  if ("disable" in fate) return fate.disable.id;
  await member.to(fate.state, facts);
  return undefined;
}

async function accountToEnable(member: Member, { graph }: Ports): Promise<string | undefined> {
  const { account = "", state } = member.person;
  const fate = fateOfUndoing(await accountOfId(graph, account), state);
  if (fate === "enable") return account;
  await member.to(fate.state);
  return undefined;
}

/** @returns Graph's error if Graph refuses this one account, such as an administrator's @throws any other error, which ends the run */
async function switchSignIn(member: Member, account: string, isOn: boolean, { graph, now }: Ports): Promise<GraphError | undefined> {
  // Written before Graph changes the account: after a crash, the state shows that the change was begun and may not have been made.
  if (!(await member.to(isOn ? "enabling" : "disabling", { account }))) return undefined;
  try {
    if (!(await setSignIn(graph, account, isOn))) await member.to("gone");
    else await (isOn ? member.to("enabled", { enabledAt: now().toISOString() }) : member.to("disabled"));
    return undefined;
  } catch (error) {
    if (!(error instanceof GraphError) || (error.status !== 400 && error.status !== 403)) throw error;
    await member.to(isOn ? "disabled" : "refused", { code: error.code });
    return error;
  }
}

/** If the address was only typed, it may be somebody else's, so finds the accounts by the identity that the person signed in with. */
async function readPersonAccounts(
  { email, emailTyped, signedInAs }: Partial<DecisionRecord> = {},
  { graph, issuer }: Pick<DirectoryPorts, "graph" | "issuer">,
): Promise<readonly DirectoryAccount[]> {
  if (!emailTyped) return email === undefined ? [] : await accountsOfAddress(graph, email, issuer);
  return signedInAs === undefined ? [] : await accountsOfIdentity(graph, { issuer: signedInAs.issuer, issuerAssignedId: signedInAs.id });
}
