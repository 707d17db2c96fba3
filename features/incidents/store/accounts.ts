import { type GraphClient, GraphError } from "../../../adapters/graph/graph";
import { accountOfId, accountsOfAddress, accountsOfIdentity, setSignIn } from "../../../adapters/graph/sign-in-state";
import type { DynamoTable } from "../../../adapters/tables/table";
import type { DirectoryAccount } from "../../../engine/directory-account";
import type { PersonHashes } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { DecisionStore } from "../../decisions/store/decisions";
import { accountOfJourney } from "../../external-tenant/store/journey-account";
import { fateOfAccount, fateOfUndoing } from "../account";
import type { IncidentPerson, PersonState } from "../incident";
import type { Hold } from "./hold";
import type { IncidentStore } from "./incidents";

/** 200 people a minute. */
const PERSON_MS = 300;
/** After this many refusals without a success, the application lacks the permission: the run stops. */
const MOST_REFUSED = 5;

/** The way to people's accounts. */
export interface DirectoryPorts {
  /** Contains the journeys that lead from a decision to its account. */
  readonly ledger: DynamoTable;
  readonly hashes: PersonHashes;
  readonly graph: Pick<GraphClient, "get" | "patch" | "address" | "pause">;
  readonly issuer?: string | undefined;
}

export interface AccountPorts {
  readonly incidents: IncidentStore;
  readonly decisions: Pick<DecisionStore, "whole">;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Called after each person. */
  onDone?(): void;
}

type Ports = AccountPorts & DirectoryPorts & { readonly incident: string };

interface Came {
  readonly state: PersonState;
  readonly refusal?: GraphError;
}

/**
 * Disables exactly the accounts that the selected decisions made, or enables accounts that this disabled: one person after the other, at the
 * pace of `PERSON_MS`. A repeat after a crash skips completed people. The incident's row has how far it is.
 * @returns Graph's last refusal
 */
export async function switchAccounts(
  hold: Hold,
  isOn: boolean,
  isMeant: (person: IncidentPerson) => boolean,
  ports: AccountPorts & DirectoryPorts,
): Promise<GraphError | undefined> {
  const { incidents, decisions, graph, now, signal } = ports;
  const own = { ...ports, incident: hold.incident.id };
  const outcome: Partial<Record<PersonState, number>> = { ...(await incidents.outcome(own.incident)) };
  let [done, refused] = [0, 0];
  let last: GraphError | undefined;
  for await (const page of incidents.people(own.incident)) {
    const people = page.filter(isMeant);
    const records = new Map(isOn ? [] : (await decisions.whole(people)).map((record) => [record.id, record]));
    for (const person of people) {
      signal.throwIfAborted();
      const began = now().getTime();
      // Minutes may have passed: it fails if somebody undoes the incident meanwhile.
      await hold.write({ outcome });
      const { state, refusal } = await (isOn ? enable(person, own) : disable(person, records.get(person.id), own));
      outcome[person.state] = (outcome[person.state] ?? 0) - 1;
      outcome[state] = (outcome[state] ?? 0) + 1;
      if (state === "disabled" && refusal === undefined) done += 1;
      if (refusal !== undefined) refused += 1;
      last = refusal ?? last;
      if (!isOn && refusal !== undefined && done === 0 && refused >= MOST_REFUSED) throw refusal;
      ports.onDone?.();
      await graph.pause(Math.max(PERSON_MS - (now().getTime() - began), 0));
    }
  }
  return last;
}

async function disable(person: IncidentPerson, record: DecisionRecord | undefined, ports: Ports): Promise<Came> {
  const known = person.account ?? (record && (await accountOfJourney(record, ports)));
  if (known === undefined && record?.email === undefined) return await end(person, "forgotten", ports);
  const found = known === undefined ? await accountsOf(record, ports) : [(await accountOfId(ports.graph, known)) ?? []].flat();
  const facts = known === undefined ? {} : { account: known };
  const fate = fateOfAccount(found, { ...person, ...facts });
  return "state" in fate ? await end(person, fate.state, ports, facts) : await switchSignIn(person, fate.disable.id, false, ports);
}

async function enable(person: IncidentPerson, ports: Ports): Promise<Came> {
  const { account = "" } = person;
  const fate = fateOfUndoing(await accountOfId(ports.graph, account), person.state);
  return fate === "enable" ? await switchSignIn(person, account, true, ports) : await end(person, fate.state, ports);
}

async function end(
  person: IncidentPerson,
  state: PersonState,
  { incidents, incident }: Ports,
  facts: Partial<IncidentPerson> = {},
): Promise<Came> {
  return { state: (await incidents.move(incident, person, { ...facts, state })) ? state : person.state };
}

async function switchSignIn(person: IncidentPerson, account: string, isOn: boolean, ports: Ports): Promise<Came> {
  const [begun, done, refused] = isOn ? (["enabling", "enabled", "disabled"] as const) : (["disabling", "disabled", "refused"] as const);
  // Written first: after a crash it shows that the account was as before until we changed it.
  if (!(await ports.incidents.move(ports.incident, person, { state: begun, account }))) return { state: person.state };
  const own = { ...person, state: begun };
  try {
    if (!(await setSignIn(ports.graph, account, isOn))) return await end(own, "gone", ports);
    return await end(own, done, ports, isOn ? { enabledAt: ports.now().toISOString() } : {});
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { ...(await end(own, refused, ports, { code: error.code })), refusal: error };
  }
}

/** A person who typed an address has the account that they signed in with: the address may lead to somebody else's. */
async function accountsOf(
  { email = "", emailTyped, signedInAs }: Partial<DecisionRecord> = {},
  { graph, issuer }: Pick<DirectoryPorts, "graph" | "issuer">,
): Promise<readonly DirectoryAccount[]> {
  if (!emailTyped) return await accountsOfAddress(graph, email, issuer);
  return signedInAs === undefined ? [] : await accountsOfIdentity(graph, { issuer: signedInAs.issuer, issuerAssignedId: signedInAs.id });
}

/** True if Graph refuses this one account, such as an administrator's. Any other error ends the run. */
function isRefusal(error: unknown): error is GraphError {
  return error instanceof GraphError && (error.status === 400 || error.status === 403);
}
