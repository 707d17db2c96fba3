import { countOfAddresses } from "../../../adapters/graph/users";
import { type DeploymentOptions, placeFlags } from "../../../cli/command";
import type { Deployment } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { type GraphNeeds, inGraph } from "../../../cli/graph/access";
import { graphFor, isGraphConfigured } from "../../../cli/graph/sign-in";
import { counted, type Output } from "../../../cli/output";
import type { Entry } from "../entry";

const needs: GraphNeeds = { permissions: ["User.Read.All"], roles: ["Directory Readers"] };
/** Age of the decisions in which an incident finds people. */
const SINCE = "90d";

/** Accounts that a deny leaves, because it applies to later sign-ups. */
export interface AccountsLeft {
  readonly about: string;
  readonly count?: number;
  readonly unknown?: string;
  readonly end?: string;
}

/** Undefined for entries without an address, and if Graph is not configured. One call. */
export async function accountsLeft(
  entry: Entry,
  options: DeploymentOptions,
  deployment: Deployment,
  output: Output,
): Promise<AccountsLeft | undefined> {
  const part = partOf(entry);
  if (part === undefined || !isGraphConfigured(options, deployment)) return undefined;
  const about = "is" in part ? part.is : part.endsWith;
  try {
    const count = await inGraph(
      async () => (await graphFor(options, deployment, output, { needs, version: "v1.0" })).count(countOfAddresses(part)),
      {},
      needs,
    );
    return { about, count, ...(count > 0 && endOf(entry, options, deployment)) };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { about, unknown: error.message };
  }
}

function partOf(entry: Entry): Parameters<typeof countOfAddresses>[0] | undefined {
  if (entry.kind === "address") return { is: entry.email };
  if (entry.kind === "domain") return { endsWith: `@${entry.domain}` };
  return entry.kind === "wildcard" ? { endsWith: `.${entry.domain}` } : undefined;
}

/** For one person their account, for a domain the people that the gate let in. */
function endOf(entry: Entry, options: DeploymentOptions, { tables }: Deployment): Pick<AccountsLeft, "end"> {
  const place = placeFlags(options);
  if (entry.kind === "domain") return { end: `npm run gate -- incident select --since ${SINCE} --domain ${entry.domain}${place}` };
  if (entry.kind !== "address" || tables.accounts === undefined) return {};
  return { end: `npm run gate -- expiry end ${entry.email}${place}` };
}

export function accountsLine({ about, count, unknown, end }: AccountsLeft): string {
  const whose = about.startsWith("@") || about.startsWith(".") ? `an address that ends with ${about}` : `the address ${about}`;
  if (count === undefined) return `Not known: how many accounts in Entra have ${whose}. ${unknown}`;
  if (count === 0) return `No account in Entra has ${whose}.`;
  const verb = count === 1 ? "has" : "have";
  return `${counted(count, "account")} in Entra ${verb} ${whose}: a deny keeps out sign-ups, and ends no account. ${end === undefined ? "Disable them in Entra." : `To end them: ${end}`}`;
}
